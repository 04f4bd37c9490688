using System.Buffers.Text;
using System.Text;

namespace Minimal.Http.Wire;

/// <summary>Dates of HTTP (RFC 9110 §5.6.7): all three formats are read, one is written. Culture plays no part.</summary>
public static class HttpDate
{
    /// <summary>How long an IMF-fixdate is: <c>Sun, 06 Nov 1994 08:49:37 GMT</c>.</summary>
    public const int Length = 29;

    private const string Days = "SunMonTueWedThuFriSat";
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static readonly string[] LongDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    /// <summary>Writes an IMF-fixdate in GMT.</summary>
    /// <param name="date">The time; its fraction of a second is cut off.</param>
    /// <param name="output">At least <see cref="Length"/> bytes.</param>
    // IMF-fixdate = day-name "," SP day SP month SP year SP hour ":" minute ":" second SP GMT
    public static void Write(DateTimeOffset date, Span<byte> output)
    {
        DateTime utc = date.UtcDateTime;
        Ascii.FromUtf16(Days.AsSpan(3 * (int)utc.DayOfWeek, 3), output, out _);
        ", 00 "u8.CopyTo(output[3..]);
        Digits(utc.Day, output.Slice(5, 2));
        Ascii.FromUtf16(Months.AsSpan(3 * (utc.Month - 1), 3), output[8..], out _);
        " 0000 00:00:00 GMT"u8.CopyTo(output[11..]);
        Digits(utc.Year, output.Slice(12, 4));
        Digits(utc.Hour, output.Slice(17, 2));
        Digits(utc.Minute, output.Slice(20, 2));
        Digits(utc.Second, output.Slice(23, 2));
    }

    /// <summary>An IMF-fixdate in GMT, as a string.</summary>
    public static string Format(DateTimeOffset date)
    {
        Span<byte> text = stackalloc byte[Length];
        Write(date, text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>Reads a date in any of the three formats.</summary>
    /// <param name="text">The value of a field.</param>
    /// <param name="now">The present, which gives a year of two digits its century.</param>
    /// <param name="date">The date in GMT.</param>
    /// <returns>False when the text is no date, or names a weekday that the date does not have.</returns>
    // HTTP-date = IMF-fixdate / rfc850-date / asctime-date
    public static bool TryParse(ReadOnlySpan<byte> text, DateTimeOffset now, out DateTimeOffset date)
    {
        date = default;
        int comma = text.IndexOf((byte)',');
        if (comma < 0) return TryAsctime(text, out date);
        return comma == 3 ? TryFixdate(text, out date) : TryRfc850(text, comma, now, out date);
    }

    // Sun, 06 Nov 1994 08:49:37 GMT
    private static bool TryFixdate(ReadOnlySpan<byte> text, out DateTimeOffset date)
    {
        date = default;
        return text.Length == Length && Matches(text[3..5], ", ") && text[7] == ' ' && text[11] == ' ' && text[16] == ' ' && Matches(text[25..], " GMT")
            && TryNumber(text[5..7], out int day) && TryName(text[8..11], Months, out int month) && TryNumber(text[12..16], out int year)
            && TryTime(text[17..25], out TimeSpan time) && TryName(text[..3], Days, out int weekday)
            && TryDate(year, month, day, time, weekday, out date);
    }

    // Sunday, 06-Nov-94 08:49:37 GMT
    private static bool TryRfc850(ReadOnlySpan<byte> text, int comma, DateTimeOffset now, out DateTimeOffset date)
    {
        date = default;
        ReadOnlySpan<byte> rest = text[comma..];
        if (rest.Length != 24 || rest[1] != ' ' || rest[4] != '-' || rest[8] != '-' || rest[11] != ' ' || !Matches(rest[20..], " GMT")) return false;
        if (!TryNumber(rest[2..4], out int day) || !TryName(rest[5..8], Months, out int month) || !TryNumber(rest[9..11], out int year)) return false;

        // More than 50 years in the future means the latest year in the past with the same last two digits.
        year += now.UtcDateTime.Year / 100 * 100;
        if (year > now.UtcDateTime.Year + 50) year -= 100;
        else if (year + 100 <= now.UtcDateTime.Year + 50) year += 100;
        for (int weekday = 0; weekday < 7; weekday++)
        {
            if (Matches(text[..comma], LongDays[weekday])) return TryTime(rest[12..20], out TimeSpan time) && TryDate(year, month, day, time, weekday: -1, out date);
        }

        return false;
    }

    // Sun Nov  6 08:49:37 1994
    private static bool TryAsctime(ReadOnlySpan<byte> text, out DateTimeOffset date)
    {
        date = default;
        if (text.Length != 24 || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' || text[19] != ' ') return false;
        ReadOnlySpan<byte> dayOfMonth = text[8] == ' ' ? text[9..10] : text[8..10];
        return TryNumber(dayOfMonth, out int day) && TryName(text[4..7], Months, out int month) && TryNumber(text[20..], out int year)
            && TryTime(text[11..19], out TimeSpan time) && TryName(text[..3], Days, out int weekday)
            && TryDate(year, month, day, time, weekday, out date);
    }

    // time-of-day = hour ":" minute ":" second; second 60 is a leap second and read as 59
    private static bool TryTime(ReadOnlySpan<byte> text, out TimeSpan time)
    {
        time = default;
        if (text[2] != ':' || text[5] != ':') return false;
        if (!TryNumber(text[..2], out int hour) || !TryNumber(text[3..5], out int minute) || !TryNumber(text[6..], out int second)) return false;
        if (hour > 23 || minute > 59 || second > 60) return false;
        time = new TimeSpan(hour, minute, Math.Min(second, 59));
        return true;
    }

    private static bool TryDate(int year, int month, int day, TimeSpan time, int weekday, out DateTimeOffset date)
    {
        date = default;
        if (year < 1 || day < 1 || day > DateTime.DaysInMonth(year, month + 1)) return false;
        date = new DateTimeOffset(year, month + 1, day, 0, 0, 0, TimeSpan.Zero) + time;
        return weekday < 0 || (int)date.DayOfWeek == weekday;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        return !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(text, out number, out int read) && read == text.Length;
    }

    private static bool TryName(ReadOnlySpan<byte> text, string names, out int index)
    {
        for (index = 0; index < names.Length / 3; index++)
        {
            if (Matches(text, names.AsSpan(3 * index, 3))) return true;
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<char> expected) => Ascii.Equals(text, expected);

    private static void Digits(int number, Span<byte> output)
    {
        for (int i = output.Length - 1; i >= 0; i--, number /= 10) output[i] = (byte)('0' + (number % 10));
    }
}

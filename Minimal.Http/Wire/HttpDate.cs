using System.Text;

namespace Minimal.Http.Wire;

/// <summary>Dates of HTTP (RFC 9110 §5.6.7): all three formats are read, one is written. Culture plays no part.</summary>
public static class HttpDate
{
    /// <summary>How long an IMF-fixdate is: <c>Sun, 06 Nov 1994 08:49:37 GMT</c>.</summary>
    public const int Length = 29;

    private const string Days = "SunMonTueWedThuFriSat";
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private const string Fixdate = "aaa, 00 aaa 0000 00:00:00 GMT";
    private const string Asctime = "aaa aaa _0 00:00:00 0000";
    private const string BehindLongDay = ", 00-aaa-00 00:00:00 GMT";
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
    /// <param name="date">The date in GMT. Second 60, a leap second, is read as 59.</param>
    /// <returns>False when the text is no date, or names a weekday that the date does not have.</returns>
    // HTTP-date = IMF-fixdate / rfc850-date / asctime-date
    public static bool TryParse(ReadOnlySpan<byte> text, DateTimeOffset now, out DateTimeOffset date)
    {
        if (HasShape(text, Fixdate))
        {
            return TryDate(Number(text[12..16]), text[8..11], Number(text[5..7]), text[17..25], out date) && IsWeekday(text[..3], date);
        }

        if (HasShape(text, Asctime))
        {
            ReadOnlySpan<byte> day = text[8] == ' ' ? text[9..10] : text[8..10];
            return TryDate(Number(text[20..24]), text[4..7], Number(day), text[11..19], out date) && IsWeekday(text[..3], date);
        }

        date = default;
        int comma = text.IndexOf((byte)',');
        return comma > 0 && HasShape(text[comma..], BehindLongDay) && IsLongDay(text[..comma]) && TryRfc850(text[comma..], now, out date);
    }

    // In a shape, 0 is a digit, _ a digit or a space, and a any byte; everything else stands for itself.
    private static bool HasShape(ReadOnlySpan<byte> text, string shape)
    {
        if (text.Length != shape.Length) return false;
        for (int i = 0; i < shape.Length; i++)
        {
            bool isDigit = char.IsAsciiDigit((char)text[i]);
            bool fits = shape[i] switch
            {
                '0' => isDigit,
                '_' => isDigit || text[i] == ' ',
                'a' => true,
                _ => text[i] == shape[i],
            };
            if (!fits) return false;
        }

        return true;
    }

    // rfc850-date = day-name-l "," SP date2 SP time-of-day SP GMT; the weekday says nothing, for the century is a guess
    private static bool TryRfc850(ReadOnlySpan<byte> text, DateTimeOffset now, out DateTimeOffset date)
    {
        now = now.ToUniversalTime();
        int year = Number(text[9..11]) + (now.Year / 100 * 100);
        if (year > now.Year + 50) year -= 100;
        else if (year + 100 <= now.Year + 50) year += 100;
        if (!TryDate(year, text[5..8], Number(text[2..4]), text[12..20], out date)) return false;

        // More than 50 years ahead means the latest year in the past with the same digits.
        bool isTooFar = date.Year == now.Year + 50 && date.AddYears(-50) > now;
        return !isTooFar || TryDate(year - 100, text[5..8], Number(text[2..4]), text[12..20], out date);
    }

    // time-of-day = hour ":" minute ":" second
    private static bool TryDate(int year, ReadOnlySpan<byte> monthName, int day, ReadOnlySpan<byte> timeOfDay, out DateTimeOffset date)
    {
        date = default;
        int month = IndexOf(monthName, Months) + 1;
        int hour = Number(timeOfDay[..2]), minute = Number(timeOfDay[3..5]), second = Number(timeOfDay[6..]);
        bool isDate = year is >= 1 and <= 9999 && month >= 1 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        if (!isDate || hour > 23 || minute > 59 || second > 60) return false;
        date = new DateTimeOffset(year, month, day, hour, minute, Math.Min(second, 59), TimeSpan.Zero);
        return true;
    }

    private static bool IsWeekday(ReadOnlySpan<byte> name, DateTimeOffset date) => IndexOf(name, Days) == (int)date.DayOfWeek;

    private static bool IsLongDay(ReadOnlySpan<byte> name)
    {
        foreach (string day in LongDays)
        {
            if (Ascii.Equals(name, day)) return true;
        }

        return false;
    }

    /// <summary>Which of the names of three letters this is; -1 when none.</summary>
    private static int IndexOf(ReadOnlySpan<byte> name, string names)
    {
        for (int index = 0; index < names.Length / 3; index++)
        {
            if (Ascii.Equals(name, names.AsSpan(3 * index, 3))) return index;
        }

        return -1;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        int number = 0;
        foreach (byte digit in digits) number = (number * 10) + (digit - '0');
        return number;
    }

    private static void Digits(int number, Span<byte> output)
    {
        for (int i = output.Length - 1; i >= 0; i--, number /= 10) output[i] = (byte)('0' + (number % 10));
    }
}

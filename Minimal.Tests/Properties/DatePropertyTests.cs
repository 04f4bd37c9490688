using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Properties;

/// <summary>Dates against the framework's own formats (RFC 9110 §5.6.7).</summary>
public sealed class DatePropertyTests
{
    private const string Fixdate = "ddd, dd MMM yyyy HH:mm:ss 'GMT'";
    private const string Rfc850 = "dddd, dd-MMM-yy HH:mm:ss 'GMT'";
    private const string AsctimeOfOne = "ddd MMM  d HH:mm:ss yyyy";
    private const string AsctimeOfTwo = "ddd MMM dd HH:mm:ss yyyy";
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Arbitrary<DateTimeOffset> Seconds = Arb.From(
        from day in Gen.Choose(0, (DateTimeOffset.MaxValue - DateTimeOffset.MinValue).Days)
        from second in Gen.Choose(0, 86_399)
        select DateTimeOffset.MinValue.AddDays(day).AddSeconds(second));

    // Dates in any format with one character changed, half of the time into what is likely there.
    private static readonly Arbitrary<string> NearlyDates = Arb.From(
        from date in Seconds.Generator
        from text in Gen.Elements(HttpDate.Format(date), Text(date, Rfc850), Asctime(date))
        from place in Gen.Choose(0, text.Length - 1)
        from character in Gen.Elements("0123456789 :,-SMTWFJaurnebGT\0\u00FF".ToCharArray())
        select text[..place] + character + text[(place + 1)..]);

    private static readonly Dictionary<string, Read> Faults = new()
    {
        ["takes a weekday for granted"] = text => Ours("Mon" + text[3..]) ?? Ours("Thu" + text[3..]) ?? Ours(text),
        ["takes day 31 in any month"] = text => Ours(text) ?? Ours(text.Replace("31", "28", StringComparison.Ordinal)),
        ["takes hour 24"] = text => Ours(text) ?? Ours(text.Replace("24:", "00:", StringComparison.Ordinal)),
        ["takes any character between"] = text => Ours(text) ?? Ours(text.Replace('-', ' ')),
    };

    private delegate DateTimeOffset? Read(string text);

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Fact]
    [Requirement("HS-5.6.7-02")]
    public void What_is_written_is_read_and_is_what_the_framework_writes() => PropertyCheck.Holds(
        Seconds,
        date =>
        {
            Assert.Equal(Text(date, "r"), HttpDate.Format(date));
            Assert.Equal(date, Ours(HttpDate.Format(date)));
        },
        tests: 2000);

    [Fact]
    [Requirement("HS-5.6.7-01")]
    public void All_three_formats_say_the_same() => PropertyCheck.Holds(
        Seconds,
        date =>
        {
            Assert.Equal(date, Ours(Text(date, Fixdate)));
            Assert.Equal(date, Ours(Asctime(date)));
            bool isNear = date > Now.AddYears(-49) && date < Now.AddYears(49);
            if (isNear) Assert.Equal(date, Ours(Text(date, Rfc850)));
        },
        tests: 2000);

    [Fact]
    [Requirement("HS-5.6.7-01")]
    public void What_is_taken_is_a_date_and_what_is_a_date_is_taken() =>
        PropertyCheck.Holds(NearlyDates, text => IsJudgedRight(Ours, text), tests: 5000);

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_reader_with_a_fault_is_found(string fault) =>
        PropertyCheck.MustFail(NearlyDates, text => IsJudgedRight(Faults[fault], text), tests: 20_000);

    [Fact]
    [Requirement("HS-5.6.7-03")]
    public void Years_of_two_digits_are_never_more_than_50_years_ahead_nor_longer_ago_than_must_be() => PropertyCheck.Holds(
        Prop.ForAll(Seconds, Seconds, (date, now) =>
        {
            bool isEdge = now.Year is < 200 or > 9800;
            if (isEdge || Read850(date, now) is not { } read) return;
            Assert.Equal(date.Year % 100, read.Year % 100);
            Assert.False(read.AddYears(-50) > now, $"{read} is more than 50 years ahead of {now}");
            Assert.True(read.AddYears(51) > now, $"{read} is longer ago than it must be at {now}");
        }),
        tests: 5000);

    private static DateTimeOffset? Read850(DateTimeOffset date, DateTimeOffset now) => Parse(Text(date, Rfc850), now);

    private static DateTimeOffset? Ours(string text) => Parse(text, Now);

    private static DateTimeOffset? Parse(string text, DateTimeOffset now) =>
        HttpDate.TryParse(Encoding.Latin1.GetBytes(text), now, out DateTimeOffset date) ? date : null;

    // The framework has no leap seconds; beyond that, both agree on what is a date and which.
    private static void IsJudgedRight(Read read, string text)
    {
        DateTimeOffset? ours = read(text);
        if (text.Contains(":60", StringComparison.Ordinal)) return;

        int comma = text.IndexOf(',', StringComparison.Ordinal);
        if (comma > 3) Assert.True(ours is null || Theirs(text[comma..], Rfc850[4..]) is not null, text);
        else Assert.Equal(Theirs(text, Fixdate) ?? Theirs(text, AsctimeOfTwo) ?? Theirs(text, AsctimeOfOne), ours);
    }

    /// <summary>What the framework reads, if it would write the same: it takes names in any case, and more white space.</summary>
    private static DateTimeOffset? Theirs(string text, string format)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        bool isDate = DateTimeOffset.TryParseExact(text, format, invariant, DateTimeStyles.AssumeUniversal, out DateTimeOffset date);
        return isDate && Text(date, format) == text ? date : null;
    }

    private static string Asctime(DateTimeOffset date) => Text(date, date.Day < 10 ? AsctimeOfOne : AsctimeOfTwo);

    private static string Text(DateTimeOffset date, string format) => date.ToString(format, CultureInfo.InvariantCulture);
}

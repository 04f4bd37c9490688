using System.Globalization;
using System.Text;
using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9110 §5.6.7: dates, read in three formats and written in one.</summary>
public sealed class Rfc9110_5_6_7_Dates
{
    private static readonly DateTimeOffset Date = new(1994, 11, 6, 8, 49, 37, TimeSpan.Zero);
    private static readonly DateTimeOffset In2026 = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [Requirement("HS-5.6.7-01")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    [InlineData("Sun Nov 06 08:49:37 1994")]
    [InlineData("Monday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Tuesday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Wednesday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Thursday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Friday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Saturday, 06-Nov-94 08:49:37 GMT")]
    public void A_date_has_three_formats(string text) => Assert.Equal(Date, Read(text, In2026));

    [Theory]
    [InlineData("Mon, 31 Dec 2012 23:59:60 GMT", "2012-12-31T23:59:59Z")]
    [InlineData("Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00Z")]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00Z")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z")]
    [InlineData("Wed Nov 16 08:49:37 1994", "1994-11-16T08:49:37Z")]
    [InlineData("Wed Nov 30 23:59:59 1994", "1994-11-30T23:59:59Z")]
    public void Dates_at_the_edges_are_read(string text, string date) =>
        Assert.Equal(DateTimeOffset.Parse(date, CultureInfo.InvariantCulture), Read(text, In2026));

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData(",")]
    [InlineData("0")]
    [InlineData("784111777")]
    [InlineData("1994-11-06T08:49:37Z")]
    [InlineData("Sun, 06 Nov 1994 08:49:37")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 +0000")]
    [InlineData("sun, 06 nov 1994 08:49:37 gmt")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun,  6 Nov 1994 08:49:37 GMT")]
    [InlineData("Mon, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 31 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Xyz 1994 08:49:37 GMT")]
    [InlineData("Xyz, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Xyz Nov  6 08:49:37 1994")]
    [InlineData("Sunday, 06-Xyz-94 08:49:37 GMT")]
    [InlineData("Wed, 29 Feb 2023 00:00:00 GMT")]
    [InlineData("Sun, 00 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 0000 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:00:00 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:60:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:61 GMT")]
    [InlineData("Sun, 06 Nov 1994 08-49-37 GMT")]
    [InlineData(" Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT ")]
    [InlineData("Sunday, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Someday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov 6 08:49:37 1994")]
    [InlineData("Sun Nov  6 08:49:37 1994 GMT")]
    [InlineData("Mon Nov  6 08:49:37 1994")]
    [InlineData("Sun Nov    08:49:37 1994")]
    public void What_is_no_date_is_none(string text) => Assert.Null(Read(text, In2026));

    [Theory]
    [Requirement("HS-5.6.7-03")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 1994)]
    [InlineData("Wednesday, 01-Jan-70 00:00:00 GMT", 2070)]
    [InlineData("Saturday, 01-Jan-77 00:00:00 GMT", 1977)]
    [InlineData("Monday, 01-Jun-76 11:59:59 GMT", 2076)]
    [InlineData("Monday, 01-Jun-76 12:00:00 GMT", 2076)]
    [InlineData("Tuesday, 01-Jun-76 12:00:01 GMT", 1976)]
    [InlineData("Friday, 31-Dec-76 00:00:00 GMT", 1976)]
    [InlineData("Thursday, 01-Jan-26 00:00:00 GMT", 2026)]
    [InlineData("Thursday, 31-Dec-26 00:00:00 GMT", 2026)]
    public void A_year_of_two_digits_is_not_more_than_50_years_ahead(string text, int year) => Assert.Equal(year, Read(text, In2026)?.Year);

    [Theory]
    [Requirement("HS-5.6.7-03")]
    [InlineData(2090, "Friday, 01-Jan-10 00:00:00 GMT", 2110)]
    [InlineData(2090, "Friday, 01-Jan-45 00:00:00 GMT", 2045)]
    [InlineData(1990, "Sunday, 01-Jan-40 00:00:00 GMT", 2040)]
    [InlineData(1990, "Sunday, 01-Jan-41 00:00:00 GMT", 1941)]
    [InlineData(1, "Friday, 01-Jan-99 00:00:00 GMT", null)]
    [InlineData(9999, "Friday, 01-Jan-99 00:00:00 GMT", 9999)]
    [InlineData(9999, "Friday, 01-Jan-00 00:00:00 GMT", null)]
    public void The_century_is_the_one_of_the_present_or_a_neighbour(int now, string text, int? year) =>
        Assert.Equal(year, Read(text, new DateTimeOffset(now, 6, 1, 0, 0, 0, TimeSpan.Zero))?.Year);

    [Theory]
    [Requirement("HS-5.6.7-02")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("th-TH")]
    [InlineData("fa-IR")]
    public void Dates_are_written_alike_in_every_culture(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.Format(Date));
            Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.Format(Date.AddMilliseconds(999).ToOffset(TimeSpan.FromHours(5.5))));
            Assert.Equal(Date, Read("Sun, 06 Nov 1994 08:49:37 GMT", In2026));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_date_is_written_into_room_that_is_larger_too()
    {
        byte[] room = Encoding.ASCII.GetBytes(new string('x', 40));
        HttpDate.Write(Date, room);
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMTxxxxxxxxxxx", Encoding.ASCII.GetString(room));
    }

    private static DateTimeOffset? Read(string text, DateTimeOffset now) =>
        HttpDate.TryParse(Encoding.Latin1.GetBytes(text), now, out DateTimeOffset date) ? date : null;
}

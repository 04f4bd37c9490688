using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

public sealed class CursorTests
{
    private static readonly Arbitrary<Cursor> AnyCursor = Arb.From(
        from epoch in Gen.OneOf(Gen.Choose(0, 20).Select(small => (ulong)small), ArbMap.Default.GeneratorFor<ulong>())
        from sequence in Gen.OneOf(Gen.Choose(0, 20).Select(small => (long)small), ArbMap.Default.GeneratorFor<ulong>().Select(any => (long)(any >> 1)))
        select new Cursor(epoch, sequence));

    [Theory]
    [InlineData("0-0", 0ul, 0L)]
    [InlineData("9f3a51c07be2-42", 0x9f3a51c07be2ul, 42L)]
    [InlineData("ffffffffffffffff-9223372036854775807", ulong.MaxValue, long.MaxValue)]
    public void A_cursor_has_one_spelling(string text, ulong epoch, long sequence)
    {
        var cursor = new Cursor(epoch, sequence);
        Assert.Equal(text, cursor.ToString());
        Assert.True(Cursor.TryParse(text, out Cursor parsed));
        Assert.Equal(cursor, parsed);
        Assert.True(text.Length <= Cursor.MaxTextLength);
    }

    // LP-SEM-10's own examples first.
    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("18446744073709551616")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("1--1")]
    [InlineData("1-2-3")]
    [InlineData("01-1")]
    [InlineData("00-1")]
    [InlineData("1-01")]
    [InlineData("1-+1")]
    [InlineData("1-0x1")]
    [InlineData("1-1a")]
    [InlineData("A-1")]
    [InlineData("g-1")]
    [InlineData(" 1-1")]
    [InlineData("1-1 ")]
    [InlineData("1-1\0")]
    [InlineData("1-\u0661")]
    [InlineData("\uff11-1")]
    [InlineData("1-9223372036854775808")]
    [InlineData("1-18446744073709551616")]
    [InlineData("1-00000000000000000001")]
    [InlineData("10000000000000000-1")]
    [InlineData("Earliest")]
    [InlineData("latest ")]
    [Requirement("LP-SEM-10")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(Cursor.TryParse(text, out Cursor cursor));
        Assert.False(Cursor.TryParse(Encoding.UTF8.GetBytes(text), out _));
        Assert.False(TopicPosition.TryParse(text, out _));
        Assert.False(TopicPosition.TryParse(Encoding.UTF8.GetBytes(text), out _));
        Assert.Equal(default, cursor);
    }

    [Fact]
    public void What_is_written_is_read_again_from_characters_and_from_bytes() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(AnyCursor, WriteAndRead));

    private static void WriteAndRead(Cursor cursor)
    {
        Span<char> characters = stackalloc char[Cursor.MaxTextLength];
        Span<byte> bytes = stackalloc byte[Cursor.MaxTextLength];
        Assert.True(cursor.TryFormat(characters, out int charactersWritten));
        Assert.True(cursor.TryFormat(bytes, out int bytesWritten));
        Assert.Equal(cursor.ToString(), characters[..charactersWritten].ToString());
        Assert.Equal(cursor.ToString(), Encoding.ASCII.GetString(bytes[..bytesWritten]));
        Assert.True(Cursor.TryParse(characters[..charactersWritten], out Cursor fromCharacters));
        Assert.True(Cursor.TryParse(bytes[..bytesWritten], out Cursor fromBytes));
        Assert.Equal((cursor, cursor), (fromCharacters, fromBytes));
        Assert.False(cursor.TryFormat(characters[..(charactersWritten - 1)], out _));
        Assert.False(cursor.TryFormat(bytes[..(bytesWritten - 1)], out _));
    }

    // Invariant: whatever is read as a cursor is spelled exactly as it was read; characters and bytes get the same answer; nothing throws.
    [Fact]
    [Requirement("LP-SEM-10")]
    public void Whatever_is_read_is_spelled_so()
    {
        Gen<string> nearly = Gen.Elements("0123456789abcdef-Ag +".ToCharArray()).ArrayOf().Select(characters => new string(characters));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Arb.From(nearly), text =>
        {
            bool isRead = Cursor.TryParse(text, out Cursor cursor);
            Assert.Equal(isRead, Cursor.TryParse(Encoding.UTF8.GetBytes(text), out Cursor fromBytes));
            Assert.Equal(cursor, fromBytes);
            if (isRead) Assert.Equal(text, cursor.ToString());
        }));
    }

    [Fact]
    public void Writing_and_reading_allocate_nothing()
    {
        var cursor = new Cursor(0x9f3a51c07be2, 123456);
        byte[] bytes = new byte[Cursor.MaxTextLength];
        long Round()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool isRead = cursor.TryFormat(bytes, out int written) && Cursor.TryParse(bytes.AsSpan(0, written), out _);
            return isRead ? GC.GetAllocatedBytesForCurrentThread() - before : -1;
        }

        Round();
        Assert.Equal(0, Round());
    }

    [Fact]
    public void A_cursor_is_never_in_front_of_the_first_message() => Assert.Throws<ArgumentOutOfRangeException>(() => new Cursor(1, -1));

    [Theory]
    [InlineData("earliest")]
    [InlineData("latest")]
    [InlineData("a-7")]
    public void A_position_is_an_end_or_a_cursor(string text)
    {
        Assert.True(TopicPosition.TryParse(text, out TopicPosition position));
        Assert.True(TopicPosition.TryParse(Encoding.UTF8.GetBytes(text), out TopicPosition fromBytes));
        Assert.Equal(position, fromBytes);
        Assert.Equal(text, position.ToString());
        Assert.Equal((text == "earliest", text == "latest"), (position.IsEarliest, position.IsLatest));
    }
}

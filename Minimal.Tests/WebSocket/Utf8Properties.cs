using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §8.1: UTF-8 in pieces, against a slow twin and against the platform's decoder.</summary>
public sealed class Utf8Properties
{
    private static readonly Arbitrary<byte[]> Texts = Arb.From(PayloadGen.NearlyText);

    [Fact]
    [Requirement("WS-8.1-01", "WS-8.1-02", "WS-8.1-03")]
    public void It_answers_as_its_slow_twin_and_as_early_at_every_split() => Properties.Holds(Texts, text => AgreesWithTwin(text, Pieces), 1000);

    [Fact]
    [Requirement("WS-8.1-01", "WS-8.1-02")]
    public void It_answers_as_the_platform_at_every_split() => Properties.Holds(Texts, text => AgreesWithPlatform(text, Pieces), 1000);

    [Fact]
    public void A_check_that_begins_anew_with_each_piece_is_found() => Properties.MustFail(Texts, text => AgreesWithPlatform(text, EachAlone));

    [Fact]
    public void A_check_that_accepts_surrogates_is_found() => Properties.MustFail(Texts, text => AgreesWithPlatform(text, AcceptsSurrogates), 5000);

    [Fact]
    public void A_check_that_waits_for_whole_characters_is_found() => Properties.MustFail(Texts, text => AgreesWithTwin(text, WaitsForCharacters));

    [Fact]
    [Requirement("WS-8.1-01", "WS-8.1-04")]
    public void Every_sequence_of_up_to_three_bytes_is_judged_as_the_platform_judges_it()
    {
        byte[] edges = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xFF];
        foreach (byte first in Enumerable.Range(0, 256).Select(n => (byte)n))
        {
            foreach (byte second in Enumerable.Range(0, 256).Select(n => (byte)n))
            {
                AssertSame([first, second]);
                foreach (byte third in edges) AssertSame([first, second, third]);
            }
        }

        static void AssertSame(byte[] text) => Assert.Equal(IsValid(text), default(Utf8Check).Read(text) == ParseStatus.Complete);
    }

    private static void AgreesWithTwin(byte[] text, Func<IReadOnlyList<byte[]>, IEnumerable<ParseStatus>> check)
    {
        foreach (IReadOnlyList<byte[]> pieces in Arrivals.All(text))
        {
            int length = 0;
            foreach ((byte[] piece, ParseStatus status) in pieces.Zip(check(pieces)))
            {
                length += piece.Length;
                Assert.Equal(Twin(text.AsSpan(0, length)), status);
            }
        }
    }

    private static void AgreesWithPlatform(byte[] text, Func<IReadOnlyList<byte[]>, IEnumerable<ParseStatus>> check)
    {
        bool isValid = IsValid(text);
        foreach (IReadOnlyList<byte[]> pieces in Arrivals.All(text)) Assert.Equal(isValid, text.Length == 0 || check(pieces).Last() == ParseStatus.Complete);
    }

    private static IEnumerable<ParseStatus> Pieces(IReadOnlyList<byte[]> pieces)
    {
        var check = default(Utf8Check);
        foreach (byte[] piece in pieces) yield return check.Read(piece);
    }

    private static IEnumerable<ParseStatus> EachAlone(IReadOnlyList<byte[]> pieces) => pieces.Select(piece => default(Utf8Check).Read(piece));

    private static IEnumerable<ParseStatus> AcceptsSurrogates(IReadOnlyList<byte[]> pieces) =>
        Pieces([.. pieces.Select(piece => piece.Select((b, i) => b is >= 0xA0 and <= 0xBF && i > 0 && piece[i - 1] == 0xED ? (byte)0x80 : b).ToArray())]);

    private static IEnumerable<ParseStatus> WaitsForCharacters(IReadOnlyList<byte[]> pieces) =>
        Pieces(pieces).Select((status, i) => status == ParseStatus.Invalid && i < 2 ? ParseStatus.NeedMore : status);

    // What is not UTF-8 becomes U+FFFD, and so comes back as something else.
    private static bool IsValid(byte[] text) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)).AsSpan().SequenceEqual(text);

    // The table of RFC 3629 §4, one byte after the other.
    private static ParseStatus Twin(ReadOnlySpan<byte> text)
    {
        (int Low, int High)[] expected = [];
        foreach (byte b in text)
        {
            if (expected.Length > 0)
            {
                if (b < expected[0].Low || b > expected[0].High) return ParseStatus.Invalid;
                expected = expected[1..];
                continue;
            }

            (int, int) tail = (0x80, 0xBF);
            (int Low, int High)[]? next = b switch
            {
                <= 0x7F => [],
                >= 0xC2 and <= 0xDF => [tail],
                0xE0 => [(0xA0, 0xBF), tail],
                (>= 0xE1 and <= 0xEC) or 0xEE or 0xEF => [tail, tail],
                0xED => [(0x80, 0x9F), tail],
                0xF0 => [(0x90, 0xBF), tail, tail],
                >= 0xF1 and <= 0xF3 => [tail, tail, tail],
                0xF4 => [(0x80, 0x8F), tail, tail],
                _ => null,
            };
            if (next is null) return ParseStatus.Invalid;
            expected = next;
        }

        return expected.Length == 0 ? ParseStatus.Complete : ParseStatus.NeedMore;
    }
}

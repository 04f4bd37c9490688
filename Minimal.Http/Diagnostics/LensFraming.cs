using System.Linq;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>How a lenient reading frames a body: the steps of RFC 9112 §6.3, with a way out at each.</summary>
internal sealed class LensFraming(LensCursor cursor, LensHead head)
{
    private readonly LensHead.Field[] _codings = head.Values("Transfer-Encoding");
    private readonly LensHead.Field[] _lengths = head.Values("Content-Length");

    private int CodingAt => _codings[^1].Start;

    private int LengthAt => _lengths[^1].Start;

    // Transfer-Encoding = #transfer-coding
    private string Coding => string.Join(',', _codings.Select(line => line.Value));

    private bool IsChunked => Coding.Equals("chunked", StringComparison.OrdinalIgnoreCase);

    /// <summary>The framing; null when it is refused.</summary>
    public BodyFraming? Decide()
    {
        bool coded = _codings.Length > 0, measured = _lengths.Length > 0;
        if (coded && measured && !TryChoose(ref coded, ref measured)) return null;
        if (coded && head.MinorVersion == 0 && !TryOldVersion(ref coded)) return null;
        if (coded && !IsChunked && !TryOddCoding(ref coded)) return null;
        if (coded) return new BodyFraming(BodyKind.Chunked);
        return measured ? Measured() : new BodyFraming(BodyKind.None);
    }

    // 3. Both fields.
    private bool TryChoose(ref bool coded, ref bool measured)
    {
        int at = Math.Max(CodingAt, LengthAt);
        if (cursor.Allows(LensLeniency.LengthOverCoding, at) || (!IsChunked && cursor.Allows(LensLeniency.UnknownCodingIgnored, at))) coded = false;
        else if ((!IsChunked && IsAlmostChunked(at)) || cursor.Allows(LensLeniency.CodingOverLength, at)) measured = false;
        return !(coded && measured) || cursor.Refuse(HttpRules.LengthAndCoding, at);
    }

    // §6.1: HTTP/1.0 knows no Transfer-Encoding.
    private bool TryOldVersion(ref bool coded)
    {
        if (cursor.Allows(LensLeniency.LengthOverCoding, CodingAt)) coded = false;
        else if (!cursor.Allows(LensLeniency.CodingOverLength, CodingAt)) return cursor.Refuse(HttpRules.CodingInOldVersion, CodingAt);
        return true;
    }

    // 4. A coding that is not just chunked.
    private bool TryOddCoding(ref bool coded)
    {
        if (IsAlmostChunked(CodingAt)) return true;
        if (!cursor.Allows(LensLeniency.UnknownCodingIgnored, CodingAt)) return cursor.Refuse(CodingFault(), CodingAt);
        coded = false;
        return true;
    }

    private bool IsAlmostChunked(int at) =>
        Coding.Contains("chunked", StringComparison.OrdinalIgnoreCase) && cursor.Allows(LensLeniency.ObfuscatedCoding, at);

    private ProtocolRule CodingFault()
    {
        var codings = default(TransferCodings);
        foreach (LensHead.Field field in _codings) codings.Add(Encoding.Latin1.GetBytes(field.Value));
        return codings.Fault ?? HttpRules.InvalidCoding;
    }

    // 5. and 6. Content-Length.
    private BodyFraming? Measured()
    {
        string[] values = [.. _lengths.SelectMany(field => field.Value.Split(',', StringSplitOptions.TrimEntries))];
        if (values.Length > 1)
        {
            if (cursor.Allows(LensLeniency.FirstLength, LengthAt)) values = values[..1];
            else if (!cursor.Allows(LensLeniency.LastLength, LengthAt)) return Refuse(HttpRules.LengthRepeated);
        }

        if (!BodyFraming.TryLength(Encoding.Latin1.GetBytes(values[^1]), out long length))
        {
            bool isRead = BodyFraming.TryLength(Encoding.Latin1.GetBytes(DigitsOf(values[^1])), out length) && cursor.Allows(LensLeniency.LengthAsInC, LengthAt);
            if (!isRead) return Refuse(HttpRules.InvalidLength);
        }

        return length == 0 ? new BodyFraming(BodyKind.None) : new BodyFraming(BodyKind.Length, length);
    }

    // As strtol does: nothing that is a number is 0.
    private static string DigitsOf(string value)
    {
        string digits = string.Concat(value.TrimStart('+').TakeWhile(char.IsAsciiDigit));
        return digits.Length == 0 ? "0" : digits;
    }

    private BodyFraming? Refuse(ProtocolRule rule)
    {
        cursor.Refuse(rule, LengthAt);
        return null;
    }
}

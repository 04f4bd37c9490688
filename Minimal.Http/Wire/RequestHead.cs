using System.Buffers;
using System.Text;

namespace Minimal.Http.Wire;

/// <summary>
/// The head of a request: method, target, version and fields (RFC 9112 §3, §5). It is bytes in a pooled block; strings
/// are made when they are asked for. Valid until its exchange ends or releases it; then its properties are empty.
/// Reading from several threads at once is safe.
/// </summary>
public sealed class RequestHead
{
    private byte[] _block = [];
    private RequestTarget _parts;
    private int _targetStart, _targetLength;
    private string? _path, _target;

    /// <summary>The method, as sent: methods are case-sensitive (RFC 9110 §9.1).</summary>
    public string Method { get; private set; } = "";

    /// <summary>The digit behind the dot of the version: 1 for HTTP/1.1. Numbers above 1 are read as HTTP/1.1 (RFC 9110 §6.2).</summary>
    public int MinorVersion { get; private set; }

    /// <summary>The fields, in the order in which they came.</summary>
    public HttpFields Fields { get; } = new();

    /// <summary>Which of the four forms the target has.</summary>
    public TargetForm Form => _parts.Form;

    /// <summary>The target as it was sent.</summary>
    public string Target => _target ??= Encoding.ASCII.GetString(TargetBytes);

    /// <summary>The target as it was sent, as bytes.</summary>
    public ReadOnlySpan<byte> TargetBytes => _block.AsSpan(_targetStart, _targetLength);

    /// <summary>
    /// The path, percent-decoded once, as UTF-8, and without dot segments; what is no UTF-8 becomes U+FFFD. It begins with a slash, and is
    /// empty for <c>*</c> and for CONNECT.
    /// </summary>
    /// <remarks>
    /// An escaped slash stays <c>%2F</c>, which looks like what <c>%252F</c> becomes: who has to tell the two apart takes
    /// <see cref="PathBytes"/>. An escaped control character, even NUL, is in the path as that character.
    /// </remarks>
    public string Path => _path ??= HasPath ? RequestTarget.Decode(PathBytes) : "";

    /// <summary>The path as it was sent, still percent-encoded; empty for <c>http://host</c>, which means <c>/</c>.</summary>
    public ReadOnlySpan<byte> PathBytes => TargetBytes[_parts.Path];

    /// <summary>What stands behind the first question mark, as it was sent; empty when there is nothing or no question mark.</summary>
    public ReadOnlySpan<byte> QueryBytes => _parts.Query is { } range ? TargetBytes[range] : [];

    /// <summary>The query as it was sent, still percent-encoded and without the question mark.</summary>
    public string Query => QueryBytes.IsEmpty ? "" : Encoding.ASCII.GetString(QueryBytes);

    /// <summary>
    /// Host and port that the request is for: the target's own, else the Host field's (RFC 9112 §3.2.2, §3.3);
    /// empty for HTTP/1.0 without Host.
    /// </summary>
    public string Authority => _parts.Form is TargetForm.Absolute or TargetForm.Authority
        ? Encoding.ASCII.GetString(TargetBytes[_parts.Authority])
        : HostField;

    /// <summary>Where the request line begins: behind the empty lines.</summary>
    internal int Start { get; private set; }

    /// <summary>The bytes of the head, with the empty lines in front of it.</summary>
    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Bytes => _block.AsSpan(0, Length);

    internal byte[] Block => _block;

    private bool HasPath => _targetLength > 0 && _parts.Form is TargetForm.Origin or TargetForm.Absolute;

    private string HostField => Fields.Next(FieldKind.Host, 0) is int at and >= 0 ? HttpFields.Text(Fields.ValueBytes(at)) : "";

    /// <summary>
    /// Scans and reads a head in one go, for programs that bring their own bytes and have them all; an exchange has its head already.
    /// </summary>
    /// <param name="input">What was received; it may go on behind the head.</param>
    /// <param name="limits">How much of each element is accepted.</param>
    /// <param name="head">The head, when the answer is <see cref="ParseStatus.Complete"/>.</param>
    /// <param name="length">How many bytes the head takes, with the empty lines in front of it; 0 unless it is complete.</param>
    /// <param name="broken">The rule, when the answer is <see cref="ParseStatus.Invalid"/>.</param>
    /// <param name="trace">Receives the name of each span.</param>
    public static ParseStatus Parse(
        in ReadOnlySequence<byte> input, HttpLimits limits, out RequestHead? head, out long length, out ProtocolRule? broken,
        WireTrace? trace = null)
    {
        (head, length) = (null, 0);
        var scanner = default(HeadScanner);
        ParseStatus status = scanner.Scan(input, limits, out broken);
        if (status != ParseStatus.Complete) return status;

        var request = new RequestHead();
        request.Load(input.Slice(0, scanner.Length), (int)scanner.Start);
        if (!new RequestHeadParser(request, trace).TryParse(out broken)) return ParseStatus.Invalid;
        (head, length) = (request, scanner.Length);
        return ParseStatus.Complete;
    }

    /// <summary>Takes a copy of the head's bytes, with the empty lines in front of it, into a block of its own.</summary>
    internal void Load(in ReadOnlySequence<byte> head, int start)
    {
        Start = start;
        Length = (int)head.Length;
        if (_block.Length < Length)
        {
            ReturnBlock();
            _block = ArrayPool<byte>.Shared.Rent(Length);
        }

        head.CopyTo(_block);
        SetLine("", 0, 0, default, 0);
        Fields.Begin(_block);
    }

    internal void SetLine(string method, int targetStart, int targetLength, in RequestTarget parts, int minorVersion)
    {
        Method = method;
        _targetStart = targetStart;
        _targetLength = targetLength;
        _parts = parts;
        MinorVersion = minorVersion;
        _path = _target = null;
    }

    /// <summary>Gives the block back; what was read from it is gone.</summary>
    internal void Release()
    {
        ReturnBlock();
        Length = 0;
        SetLine("", 0, 0, default, 0);
        Fields.Release();
    }

    private void ReturnBlock()
    {
        if (_block.Length > 0) ArrayPool<byte>.Shared.Return(_block);
        _block = [];
    }
}

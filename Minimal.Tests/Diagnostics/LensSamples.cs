namespace Minimal.Tests.Diagnostics;

/// <summary>How requests are smuggled: bytes, two readings, and the requests that each of the two sees.</summary>
internal static class LensSamples
{
    private const string Admin = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\n";
    private const string Chunked = Post + "Transfer-Encoding: chunked\r\n\r\n";

    /// <summary>Name, bytes, reading and what it cuts, another reading and what that cuts.</summary>
    public static IReadOnlyList<(string Name, string Bytes, string Front, string Sees, string Back, string Serves)> All { get; } =
    [
        ("CL.TE", $"{Post}Content-Length: 37\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Admin}", "length-over-coding", "POST / 37", "coding-over-length", "POST / 0, GET /admin 0"),
        ("TE.CL", $"{Post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{Admin}\r\n0\r\n\r\n", "coding-over-length", "POST / 32", "length-over-coding", "POST / 4, GET /admin 0, refused InvalidRequestLine"),
        ("TE.TE", $"{Post}Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n20\r\n{Admin}\r\n0\r\n\r\n", "obfuscated-coding", "POST / 32", "unknown-coding-ignored", "POST / 4, GET /admin 0, refused InvalidRequestLine"),
        ("TE.TE with a control byte", $"{Post}Content-Length: 4\r\nTransfer-Encoding: \vchunked\r\n\r\n20\r\n{Admin}\r\n0\r\n\r\n", "obfuscated-coding", "POST / 32", "odd-field-ignored", "POST / 4, GET /admin 0, refused InvalidRequestLine"),
        ("TE twice", $"{Post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n20\r\n{Admin}\r\n0\r\n\r\n", "obfuscated-coding", "POST / 32", "unknown-coding-ignored", "POST / 4, GET /admin 0, refused InvalidRequestLine"),
        ("CL.CL", $"{Post}Content-Length: 0\r\nContent-Length: 32\r\n\r\n{Admin}", "last-length", "POST / 32", "first-length", "POST / 0, GET /admin 0"),
        ("CL.CL in a list", $"{Post}Content-Length: 32, 0\r\n\r\n{Admin}", "first-length", "POST / 32", "last-length", "POST / 0, GET /admin 0"),
        ("CL with a sign", $"{Post}Content-Length: +32\r\n\r\n{Admin}", "length-as-in-c", "POST / 32", "strict", "refused InvalidLength"),
        ("TE in HTTP/1.0", $"POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Admin}", "coding-over-length", "POST / 0, GET /admin 0", "length-over-coding", "POST / 0, refused InvalidRequestLine"),
        ("bare LF hides a field", $"{Post}X: a\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n20\r\n{Admin}\r\n0\r\n\r\n", "bare-lf", "POST / 32", "strict", "refused BareLineFeed"),
        ("bare CR hides a field", $"{Post}X: a\rTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n20\r\n{Admin}\r\n0\r\n\r\n", "bare-cr", "POST / 32", "strict", "refused BareCarriageReturn"),
        ("obs-fold hides a coding", $"{Post}Content-Length: 4\r\nTransfer-Encoding:\r\n chunked\r\n\r\n20\r\n{Admin}\r\n0\r\n\r\n", "fold-joined", "POST / 32", "strict", "refused ObsoleteFold"),
        ("obs-fold hides a length", $"{Post}X: a\r\n Content-Length: 32\r\n\r\n{Admin}", "fold-as-field", "POST / 32", "fold-joined", "POST / 0, GET /admin 0"),
        ("space before the colon", $"{Post}Content-Length: 4\r\nTransfer-Encoding : chunked\r\n\r\n20\r\n{Admin}\r\n0\r\n\r\n", "space-before-colon", "POST / 32", "odd-field-ignored", "POST / 4, GET /admin 0, refused InvalidRequestLine"),
        ("LF in a chunk extension", $"{Chunked}2;\nxx\r\n27\r\n0\r\n\r\n{Admin}\r\n\r\n0\r\n\r\n", "chunk-line-lf", "POST / 41", "lf-in-extension", "POST / 2, GET /admin 0, refused InvalidRequestLine"),
        ("0x in front of a chunk size", $"{Chunked}0x20\r\n{Admin}\r\n0\r\n\r\n", "chunk-size-as-in-c", "POST / 32", "strict", "POST / 0…, refused InvalidChunkSize"),
        ("chunk size beyond 32 bits", $"{Chunked}100000000\r\n\r\n{Admin}", "chunk-size-wraps", "POST / 0, GET /admin 0", "strict", "POST / 34…"),
        ("chunk data longer than its size", $"{Chunked}3\r\nabcXY0\r\n\r\n{Admin}", "chunk-end-unchecked", "POST / 3, GET /admin 0", "strict", "POST / 3…, refused InvalidChunkEnd"),
    ];
}

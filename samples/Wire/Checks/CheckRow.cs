using System.Text;

namespace Minimal.WireTool.Checks;

/// <summary>How much an RFC wants that it is refused.</summary>
internal enum Demand
{
    /// <summary>It must be refused, or the connection closed behind it.</summary>
    Must,

    /// <summary>It should be, or the sender breaks a MUST and nobody says what the recipient does.</summary>
    Should,

    /// <summary>It may be accepted, or read in a way that is told; servers that differ in it can be played off against each other.</summary>
    May,
}

/// <summary>Where the mistake is, which decides what counts as a refusal.</summary>
internal enum CheckPart
{
    /// <summary>In the head of a request: the answer is an error, or the connection closes.</summary>
    Head,

    /// <summary>In what frames a body. A valid request stands behind it, which must not be answered.</summary>
    Body,

    /// <summary>In an opening handshake: the answer is not 101.</summary>
    Handshake,

    /// <summary>In a frame: the answer is a Close, or the connection closes. A valid Ping stands behind it, which must not be answered.</summary>
    Frame,

    /// <summary>In a Close frame: the answer is a Close that says so, or the connection closes.</summary>
    Close,
}

/// <summary>Something that a server should refuse.</summary>
/// <param name="What">What is wrong with it.</param>
/// <param name="Demand">Who says so, and how strongly.</param>
/// <param name="Section">Where.</param>
/// <param name="Part">What kind of mistake it is.</param>
/// <param name="Bytes">
/// The bytes, one Latin-1 character each; of a request, with <c>{t}</c> for the target, <c>{h}</c> for the Host, and <c>{m}</c> for a method whose body the server reads.
/// </param>
internal sealed record CheckRow(string What, Demand Demand, string Section, CheckPart Part, string Bytes)
{
    /// <summary>All rows, in the order of the RFCs.</summary>
    public static IReadOnlyList<CheckRow> All { get; } = [.. HeadChecks.Rows, .. BodyChecks.Rows, .. HandshakeChecks.Rows, .. FrameChecks.Rows];

    /// <summary>Whether it is about WebSocket.</summary>
    public bool IsWebSocket => Part is CheckPart.Handshake or CheckPart.Frame or CheckPart.Close;

    /// <summary>The bytes for one server.</summary>
    public byte[] BytesFor(CheckTarget target) => Encoding.Latin1.GetBytes(Part is CheckPart.Frame or CheckPart.Close ? Bytes : target.Fill(Bytes));
}

/// <summary>What a request to one server says.</summary>
/// <param name="Server">Where it is.</param>
/// <param name="Target">The target of requests.</param>
/// <param name="BodyMethod">A method whose body the server reads.</param>
internal sealed record CheckTarget(Remote Server, string Target, string BodyMethod = "POST")
{
    /// <summary>Fills a request in.</summary>
    public string Fill(string request) => request
        .Replace("{t}", Target, StringComparison.Ordinal)
        .Replace("{h}", Server.Authority, StringComparison.Ordinal)
        .Replace("{m}", BodyMethod, StringComparison.Ordinal);
}

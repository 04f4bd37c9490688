using System.Globalization;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// The parameters of permessage-deflate as they stand in one offer or reply (RFC 7692 §7.1). What is absent is false or null.
/// </summary>
/// <param name="ServerNoContextTakeover">The server begins each message with an empty window (RFC 7692 §7.1.1.1).</param>
/// <param name="ClientNoContextTakeover">The client begins each message with an empty window (RFC 7692 §7.1.1.2).</param>
/// <param name="ServerMaxWindowBits">The server's window is at most two to this power, 8 to 15 (RFC 7692 §7.1.2.1).</param>
/// <param name="ClientMaxWindowBits">
/// The client's window is at most two to this power; in an offer 0 stands for the parameter without a value (RFC 7692 §7.1.2.2).
/// </param>
public sealed record DeflateParameters(
    bool ServerNoContextTakeover = false,
    bool ClientNoContextTakeover = false,
    int? ServerMaxWindowBits = null,
    int? ClientMaxWindowBits = null)
{
    /// <summary>The name of the extension.</summary>
    public const string ExtensionName = "permessage-deflate";

    /// <summary>The window that an end has when no parameter says otherwise: two to the power of 15, 32 KiB.</summary>
    public const int DefaultWindowBits = 15;

    private const string ServerTakeover = "server_no_context_takeover", ClientTakeover = "client_no_context_takeover";
    private const string ServerWindow = "server_max_window_bits", ClientWindow = "client_max_window_bits";
    private const int SmallestWindowBits = 8, WithoutValue = 0;

    /// <summary>Reads the parameters of a client's offer.</summary>
    /// <returns>Null when one is unknown, invalid or repeated: a server declines such an offer (RFC 7692 §7).</returns>
    public static DeflateParameters? ReadOffer(Extension extension) => Read(extension, isOffer: true);

    /// <summary>Reads the parameters of a server's reply.</summary>
    /// <returns>Null when one is unknown, invalid or repeated: a client fails the connection (RFC 7692 §7).</returns>
    public static DeflateParameters? ReadReply(Extension extension) => Read(extension, isOffer: false);

    /// <summary>The extension as it is sent.</summary>
    public Extension ToExtension()
    {
        var list = new List<ExtensionParameter>();
        if (ServerNoContextTakeover) list.Add(new ExtensionParameter(ServerTakeover));
        if (ClientNoContextTakeover) list.Add(new ExtensionParameter(ClientTakeover));
        if (ServerMaxWindowBits is { } server) list.Add(new ExtensionParameter(ServerWindow, Text(server)));
        if (ClientMaxWindowBits is { } client) list.Add(new ExtensionParameter(ClientWindow, client == WithoutValue ? null : Text(client)));
        return new Extension(ExtensionName, list);
    }

    /// <summary>As it stands in the field.</summary>
    public override string ToString() => ToExtension().ToString();

    private static string Text(int bits) => bits.ToString(CultureInfo.InvariantCulture);

    private static DeflateParameters? Read(Extension extension, bool isOffer)
    {
        ArgumentNullException.ThrowIfNull(extension);
        var read = new DeflateParameters();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (ExtensionParameter parameter in extension.Parameters)
        {
            if (!seen.Add(parameter.Name) || read.With(parameter, isOffer) is not { } more) return null;
            read = more;
        }

        return read;
    }

    private DeflateParameters? With(ExtensionParameter parameter, bool isOffer) => parameter.Name switch
    {
        ServerTakeover when parameter.Value is null => this with { ServerNoContextTakeover = true },
        ClientTakeover when parameter.Value is null => this with { ClientNoContextTakeover = true },
        ServerWindow when WindowBits(parameter.Value) is { } bits => this with { ServerMaxWindowBits = bits },
        ClientWindow when isOffer && parameter.Value is null => this with { ClientMaxWindowBits = WithoutValue },
        ClientWindow when WindowBits(parameter.Value) is { } bits => this with { ClientMaxWindowBits = bits },
        _ => null,
    };

    // A decimal integer from 8 to 15 without leading zeroes.
    private static int? WindowBits(string? value) => value switch
    {
        "8" or "9" => value[0] - '0',
        ['1', >= '0' and <= '5' and var units] => 10 + (units - '0'),
        _ => null,
    };
}

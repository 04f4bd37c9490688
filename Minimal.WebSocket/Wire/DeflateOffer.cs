using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// The agreement on permessage-deflate (RFC 7692 §5, §7.1): a client offers, a server answers one offer, a client judges the
/// answer. The compressor of the platform has a window of 32 KiB and no other: so a server declines offers that ask for a smaller
/// one, and a client never offers <c>client_max_window_bits</c>. The decompressor is ours and takes any window.
/// </summary>
public static class DeflateOffer
{
    /// <summary>Answers the first offer that can be honoured.</summary>
    /// <param name="offers">What the client listed, in its order of preference; other extensions are passed over.</param>
    /// <param name="policy">What the server wants.</param>
    /// <returns>What the reply says, and what holds from now on; null to go on without compression.</returns>
    public static DeflateParameters? Answer(IReadOnlyList<Extension> offers, DeflatePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(policy);
        foreach (Extension offer in offers)
        {
            if (offer.Name == DeflateParameters.ExtensionName && Answer(offer, policy) is { } answer) return answer;
        }

        return null;
    }

    /// <summary>Judges what a server made of the one offer of this client.</summary>
    /// <param name="reply">What the server listed.</param>
    /// <param name="offer">What was offered; null when nothing was.</param>
    /// <param name="agreed">What holds from now on; null without compression, and when the answer is false.</param>
    /// <param name="broken">The rule, when the answer is false.</param>
    public static bool TryAccept(
        IReadOnlyList<Extension> reply, DeflateParameters? offer, out DeflateParameters? agreed, out ProtocolRule? broken)
    {
        ArgumentNullException.ThrowIfNull(reply);
        agreed = null;
        broken = null;
        if (reply.Count == 0) return true;

        if (offer is null || reply.Count > 1 || reply[0].Name != DeflateParameters.ExtensionName) broken = WebSocketRules.ReplyNotOffered;
        else if (DeflateParameters.ReadReply(reply[0]) is not { } said || !IsAnswer(said, offer)) broken = WebSocketRules.ReplyDeflate;
        // What this client said it would do, it does, agreed on or not (RFC 7692 §7.1.1.2).
        else agreed = said with { ClientNoContextTakeover = said.ClientNoContextTakeover || offer.ClientNoContextTakeover };
        return broken is null;
    }

    private static DeflateParameters? Answer(Extension extension, DeflatePolicy policy)
    {
        if (DeflateParameters.ReadOffer(extension) is not { } offer) return null;
        if (offer.ServerMaxWindowBits is < DeflateParameters.DefaultWindowBits) return null;

        return new DeflateParameters(
            ServerNoContextTakeover: offer.ServerNoContextTakeover || policy.ServerNoContextTakeover,
            ClientNoContextTakeover: offer.ClientNoContextTakeover || policy.ClientNoContextTakeover,
            ServerMaxWindowBits: offer.ServerMaxWindowBits,
            ClientMaxWindowBits: ClientWindow(offer.ClientMaxWindowBits, policy.ClientMaxWindowBits));
    }

    // RFC 7692 §7.1.2.2: only to a client that offered it, and not more than its hint.
    private static int? ClientWindow(int? offered, int wanted)
    {
        if (offered is not { } hint || wanted >= DeflateParameters.DefaultWindowBits) return null;
        return hint == 0 ? wanted : Math.Min(hint, wanted);
    }

    private static bool IsAnswer(DeflateParameters reply, DeflateParameters offer)
    {
        if (offer.ServerNoContextTakeover && !reply.ServerNoContextTakeover) return false;                     // RFC 7692 §7.1.1.1
        if (offer.ServerMaxWindowBits is { } most && !(reply.ServerMaxWindowBits <= most)) return false;       // RFC 7692 §7.1.2.1
        return reply.ClientMaxWindowBits is null;                                                             // RFC 7692 §7.1.2.2
    }
}

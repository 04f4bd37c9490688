using System.Runtime.CompilerServices;
using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>
/// Every way in which <see cref="SseParser"/> refuses a stream and <see cref="SseWriter"/> an argument. The code is 0
/// throughout: a client has no way to answer on an event stream, so no peer is ever told.
/// </summary>
public static class SseRules
{
    private static readonly List<ProtocolRule> Rows = [];

    /// <summary>Stream: a line goes beyond <see cref="SseLimits.MaxLineBytes"/>.</summary>
    public static readonly ProtocolRule LineTooLong =
        Define("policy (HTML §9.2.6)", "a line is not longer than SseLimits.MaxLineBytes");

    /// <summary>Stream: the data of one event goes beyond <see cref="SseLimits.MaxEventBytes"/>.</summary>
    public static readonly ProtocolRule EventTooLong =
        Define("policy (HTML §9.2.6)", "the data of an event is not longer than SseLimits.MaxEventBytes");

    /// <summary>Argument: an event type with CR or LF would end its line early and begin another field.</summary>
    public static readonly ProtocolRule LineBreakInType =
        Define("HTML §9.2.5", "an event type contains no CR and no LF");

    /// <summary>Argument: an ID with CR or LF would end its line early and begin another field.</summary>
    public static readonly ProtocolRule LineBreakInId =
        Define("HTML §9.2.5", "an event ID contains no CR and no LF");

    /// <summary>Argument: an ID with NUL would be ignored by every client.</summary>
    public static readonly ProtocolRule NulInId =
        Define("HTML §9.2.6", "an event ID contains no NUL");

    /// <summary>Argument: a reconnection time below zero, infinite among them, cannot be said in digits.</summary>
    public static readonly ProtocolRule NegativeRetry =
        Define("HTML §9.2.6", "a reconnection time is a number of milliseconds in ASCII digits, so neither negative nor infinite");

    /// <summary>All rows, in the order of this file.</summary>
    public static IReadOnlyList<ProtocolRule> All => Rows;

    private static ProtocolRule Define(string section, string sentence, [CallerMemberName] string name = "")
    {
        var rule = new ProtocolRule(name, code: 0, section, sentence);
        Rows.Add(rule);
        return rule;
    }
}

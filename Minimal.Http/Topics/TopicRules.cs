using System.Runtime.CompilerServices;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>The rule table of topics: every way in which a reader or a publisher is refused. The code is an HTTP status.</summary>
public static class TopicRules
{
    private const string Policy = "topic policy";
    private static readonly List<ProtocolRule> Rows = [];

    /// <summary>A cursor in none of the spellings of <see cref="TopicPosition"/>.</summary>
    public static readonly ProtocolRule CursorUnreadable = Define(400, "a cursor is earliest, latest, or what a message's id said");

    /// <summary>A type or a key with a control character in it.</summary>
    public static readonly ProtocolRule ControlCharacter = Define(400, "a message's type and key hold no control characters");

    /// <summary>A message without a key for a compacted topic.</summary>
    public static readonly ProtocolRule KeyMissing = Define(400, "a message of a compacted topic has a key");

    /// <summary>A message that alone is more than <see cref="TopicOptions.MaxBytes"/>.</summary>
    public static readonly ProtocolRule MessageTooLarge = Define(413, "a message fits into what its topic keeps");

    /// <summary>A name that is empty, or longer than <see cref="TopicRegistryOptions.MaxNameLength"/>.</summary>
    public static readonly ProtocolRule NameUnusable = Define(400, "a topic's name has at least one character, and not more than this server allows");

    /// <summary>A topic that <see cref="TopicRegistryOptions.Create"/> does not make.</summary>
    public static readonly ProtocolRule NoSuchTopic = Define(404, "there is no topic of this name");

    /// <summary>Publishing to a topic that has been completed.</summary>
    public static readonly ProtocolRule Completed = Define(409, "nothing is published to a topic behind its end");

    /// <summary>Use of a topic that its registry has let go.</summary>
    public static readonly ProtocolRule Expired = Define(410, "a topic that has expired is taken from its registry again");

    /// <summary>A message of a type that streams use for themselves: <c>open</c>, <c>gap</c>, <c>end</c>, <c>error</c>.</summary>
    public static readonly ProtocolRule ReservedType = Define(400, "a message's type is not open, gap, end or error: those are records of a stream itself");

    /// <summary>A hold that is no number of seconds.</summary>
    public static readonly ProtocolRule HoldUnreadable = Define(400, "wait is a number of seconds, from 0 to 86400");

    /// <summary>A way to read that this endpoint does not have.</summary>
    public static readonly ProtocolRule TransportUnknown = Define(400, "via names a transport that this endpoint has");

    /// <summary>A function's name that is none.</summary>
    public static readonly ProtocolRule CallbackUnreadable = Define(400, "a callback is a name of letters, digits, _ and $, perhaps with dots between");

    /// <summary>More topics in one poll than are watched at a time.</summary>
    public static readonly ProtocolRule TooManyWatched = Define(400, "one poll watches at most 32 topics");

    /// <summary>Several topics over a transport that brings one.</summary>
    public static readonly ProtocolRule OneTopic = Define(400, "several topics are read by polls; other transports read one");

    /// <summary>A digest poll whose pairs cannot be read.</summary>
    public static readonly ProtocolRule DigestsUnreadable = Define(400, "a digest poll posts pairs of a key and an MD5 of 32 hexadecimal digits, or of nothing, as a form");

    /// <summary>A question for configuration that names no key.</summary>
    public static readonly ProtocolRule KeyUnnamed = Define(400, "key names a key, or watch names key@cursor");

    /// <summary>A key that has no value.</summary>
    public static readonly ProtocolRule NoSuchKey = Define(404, "there is no value of this key");

    /// <summary>Somebody who may not read or publish here.</summary>
    public static readonly ProtocolRule NotAllowed = Define(403, "this client may not do that with this topic");

    /// <summary>A form of another site's page.</summary>
    public static readonly ProtocolRule CrossSite = Define(403, "a page of another origin publishes only where its origin is allowed");

    /// <summary>More waiting clients than <see cref="TopicEndpointOptions.MaxHeld"/>.</summary>
    public static readonly ProtocolRule TooManyHeld = Define(503, "this server lets no more clients wait now");

    /// <summary>More requests of one client than <see cref="TopicEndpointOptions.MaxHeldPerClient"/>.</summary>
    public static readonly ProtocolRule TooManyHeldByClient = Define(429, "this client lets as many requests wait already as one client may");

    /// <summary>More waiters than <see cref="TopicOptions.MaxWaiters"/>.</summary>
    public static readonly ProtocolRule TooManyWaiters = Define(503, "this topic holds no more waiters now");

    /// <summary>More topics than <see cref="TopicRegistryOptions.MaxTopics"/>.</summary>
    public static readonly ProtocolRule TooManyTopics = Define(503, "this server holds no more topics now");

    /// <summary>All rows, in the order of this file.</summary>
    public static IReadOnlyList<ProtocolRule> All => Rows;

    private static ProtocolRule Define(int code, string sentence, [CallerMemberName] string name = "")
    {
        var rule = new ProtocolRule(name, code, Policy, sentence);
        Rows.Add(rule);
        return rule;
    }
}

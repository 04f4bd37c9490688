using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>
/// Looks for a way to make a server lose a message, double one, or hide a gap: random schedules of publishing, polling, streaming, slow reading, cuts at any
/// byte, reconnects, changes of transport, ageing, restarts and completion, over connections in memory and a clock that is turned by hand. What each client
/// saw is judged by a <see cref="NoLossModel"/>; a schedule that fails is made as small as it gets.
/// </summary>
public static class NoLossCheck
{
    /// <summary>The property, for <see cref="PropertyCheck"/>.</summary>
    /// <param name="start">Makes the server: once for each schedule, and again whenever a schedule starts it again.</param>
    /// <param name="transports">How clients read; null takes <see cref="NoLossTransport.All"/>.</param>
    /// <param name="isCompacted">Whether topics keep the latest message of each key, so that a message may be left out when one with its key follows.</param>
    public static Property Of(Func<NoLossStart, NoLossServer> start, IReadOnlyList<NoLossTransport>? transports = null, bool isCompacted = false) =>
        Prop.ForAll(Schedules(transports, isCompacted), schedule => { Run(schedule, start, transports); });

    /// <summary>
    /// The property of a topic at a URL, over real sockets; see <see cref="NoLossServer.At"/>. A seed brings the same steps back, but not the same moments.
    /// </summary>
    /// <param name="url">Of the scheme http; without a query.</param>
    /// <param name="transports">How clients read; null takes short and long polls and NDJSON.</param>
    public static Property Of(Uri url, IReadOnlyList<NoLossTransport>? transports = null) =>
        Of(_ => NoLossServer.At(url), transports ?? [NoLossTransport.ShortPoll, NoLossTransport.LongPoll, NoLossTransport.Ndjson]);

    /// <summary>The schedules, with their shrinker.</summary>
    public static Arbitrary<NoLossSchedule> Schedules(IReadOnlyList<NoLossTransport>? transports = null, bool isCompacted = false) =>
        NoLossSchedules.Over(transports ?? NoLossTransport.All, isCompacted);

    /// <summary>Runs one schedule.</summary>
    /// <exception cref="NoLossException">The promise was broken; the message says to whom and how.</exception>
    public static NoLossReport Run(NoLossSchedule schedule, Func<NoLossStart, NoLossServer> start, IReadOnlyList<NoLossTransport>? transports = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(start);

        // Everything goes on within the step that causes it, on this thread, and not where a test framework would have it.
        SynchronizationContext? framework = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return RunAsync(schedule, start, transports ?? NoLossTransport.All).GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(framework);
        }
    }

    private static async Task<NoLossReport> RunAsync(NoLossSchedule schedule, Func<NoLossStart, NoLossServer> start, IReadOnlyList<NoLossTransport> transports)
    {
        await using var run = new NoLossRun(schedule, start, transports);
        return await run.RunAsync();
    }
}

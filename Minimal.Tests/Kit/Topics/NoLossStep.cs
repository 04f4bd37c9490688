namespace Minimal.Testing;

/// <summary>What can happen.</summary>
public enum NoLossStepKind
{
    /// <summary>A message of so many characters is published.</summary>
    Publish,

    /// <summary>A client asks from where it stands; it uses its connection again if it can, else what it had is cut.</summary>
    Ask,

    /// <summary>A client takes so many bytes. One that is not given this step reads slowly.</summary>
    Take,

    /// <summary>A client takes all that has come.</summary>
    TakeAll,

    /// <summary>A client takes so many bytes, and its connection is reset there.</summary>
    Cut,

    /// <summary>A client closes its connection.</summary>
    Leave,

    /// <summary>A client forgets its connection without a word, as if its network were gone: the server still holds it.</summary>
    Abandon,

    /// <summary>One piece of waiting work is done: some waiters are told, one client goes on.</summary>
    Work,

    /// <summary>All waiting work is done.</summary>
    WorkAll,

    /// <summary>The clock is turned by so many seconds.</summary>
    Advance,

    /// <summary>The server breaks down, with all connections, and starts again in another life.</summary>
    Crash,

    /// <summary>The server stops in good order, and starts again in another life.</summary>
    Restart,

    /// <summary>The topic is completed.</summary>
    Complete,
}

/// <summary>One thing that happens. What the numbers mean depends on the kind.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Client">To which client; of a message, its key.</param>
/// <param name="Amount">How many bytes, characters or seconds.</param>
/// <param name="Transport">By which transport a client asks; null where none does.</param>
public sealed record NoLossStep(NoLossStepKind Kind, int Client, int Amount, NoLossTransport? Transport = null)
{
    /// <summary>The step as a sentence.</summary>
    public override string ToString() => Kind switch
    {
        NoLossStepKind.Publish => Invariant($"{Amount} characters are published under key {Client}"),
        NoLossStepKind.Ask => Invariant($"client {Client} asks by {Transport}"),
        NoLossStepKind.Take => Invariant($"client {Client} takes {Amount} bytes"),
        NoLossStepKind.TakeAll => Invariant($"client {Client} takes all"),
        NoLossStepKind.Cut => Invariant($"client {Client} takes {Amount} bytes and is cut"),
        NoLossStepKind.Leave => Invariant($"client {Client} leaves"),
        NoLossStepKind.Abandon => Invariant($"client {Client} forgets its connection"),
        NoLossStepKind.Work => "a piece of work is done",
        NoLossStepKind.WorkAll => "all work is done",
        NoLossStepKind.Advance => Invariant($"{Amount} s pass"),
        NoLossStepKind.Crash => "the server breaks down and starts again",
        NoLossStepKind.Restart => "the server stops and starts again",
        _ => "the topic is completed",
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

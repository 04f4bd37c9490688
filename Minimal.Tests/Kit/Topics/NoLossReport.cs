namespace Minimal.Testing;

/// <summary>What all clients saw together, and what happened to them: shows that schedules reach what they are meant to reach.</summary>
public sealed record NoLossReport
{
    /// <summary>Messages that were received.</summary>
    public long Messages { get; set; }

    /// <summary>Gaps that were told.</summary>
    public long Gaps { get; set; }

    /// <summary>Messages that gaps covered.</summary>
    public long Missed { get; set; }

    /// <summary>Ends that were told.</summary>
    public long Ends { get; set; }

    /// <summary>Requests that were sent.</summary>
    public long Requests { get; set; }

    /// <summary>Connections that were cut within an answer.</summary>
    public long Cuts { get; set; }

    /// <summary>How often a client went on over another transport.</summary>
    public long Changes { get; set; }

    /// <summary>How often the server was started again.</summary>
    public long Restarts { get; set; }
}

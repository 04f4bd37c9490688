using FsCheck;

namespace Minimal.Testing;

/// <summary>
/// What is fuzzed: takes any bytes, and throws when something does not hold. A good target checks more than that nothing throws: it reads the
/// bytes twice in different pieces, asks a slow twin, writes again what it read.
/// </summary>
/// <remarks>
/// It must do the same for the same bytes: no clock, no randomness, nothing left over from the last call. Choices, such as where to cut the input,
/// are taken from the input itself.
/// </remarks>
public abstract class FuzzTarget
{
    /// <summary>The name by which it is called.</summary>
    public abstract string Name { get; }

    /// <summary>What holds for any bytes, in a sentence.</summary>
    public abstract string Invariant { get; }

    /// <summary>Inputs are at most this long. Default: 2,048 bytes.</summary>
    public virtual int MaxLength => 2048;

    /// <summary>How many steps of instrumented code an execution may take; more is a finding. Default: 5,000,000.</summary>
    public virtual long MaxSteps => 5_000_000;

    /// <summary>How many bytes an execution may allocate, checks included; more is a finding. Default: 64 MiB.</summary>
    public virtual long MaxAllocatedBytes => 64 << 20;

    /// <summary>Words that mean something to what is fuzzed.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>Makes inputs that are valid or nearly so; null when there is no generator. The loop sows with them, and takes pieces out of them.</summary>
    public virtual Gen<byte[]>? Inputs => null;

    /// <summary>Checks one input.</summary>
    /// <exception cref="Exception">Any exception is a finding.</exception>
    public abstract void Check(byte[] input);

    /// <summary>
    /// Where the pieces of an input begin: mutations take them out, double, swap and exchange them. The default is where the kind of byte
    /// changes, as from letters to a colon.
    /// </summary>
    public virtual IReadOnlyList<int> Pieces(byte[] input) => FuzzText.Tokens(input);
}

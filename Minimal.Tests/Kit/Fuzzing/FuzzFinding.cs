namespace Minimal.Testing;

/// <summary>An input for which a target does not hold.</summary>
/// <param name="Input">The input, shrunk.</param>
/// <param name="Original">The input as it was found.</param>
/// <param name="Failure">What the target threw at the shrunk input.</param>
/// <param name="Execution">The number of the execution that found it.</param>
public sealed record FuzzFinding(byte[] Input, byte[] Original, Exception Failure, long Execution)
{
    /// <summary>What tells this failure from others: the type of the exception, its message without numbers and quotations, and where it was thrown.</summary>
    public string Signature => SignatureOf(Failure);

    /// <summary>The bytes, escaped, and the failure.</summary>
    public override string ToString() => $"{Input.Length} bytes: {EscapedBytes.Write(Input)}\n{Failure.GetType().Name}: {Failure.Message}";

    /// <summary>See <see cref="Signature"/>.</summary>
    internal static string SignatureOf(Exception failure)
    {
        string message = new([.. failure.Message.Split('\n')[0].TakeWhile(letter => letter is not ('"' or ':')).Where(letter => !char.IsDigit(letter))]);
        string[] frames = (failure.StackTrace ?? "").Split('\n');
        string place = frames.FirstOrDefault(frame => frame.Contains(" Minimal.", StringComparison.Ordinal)) ?? frames[0];
        return $"{failure.GetType().Name} {message} {place.Trim()}";
    }
}

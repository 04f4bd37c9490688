namespace Minimal.Testing;

/// <summary>Makes an input smaller for as long as it stays interesting.</summary>
public static class FuzzShrinker
{
    private static readonly byte[] Plain = [(byte)'a', (byte)'0', 0];

    /// <summary>Takes blocks out, large ones first; then puts plain bytes in the place of others; again until nothing gets smaller.</summary>
    /// <param name="input">An interesting input.</param>
    /// <param name="isInteresting">Whether an input is still interesting, such as failing in the same way.</param>
    /// <param name="maxTries">How often it may be asked.</param>
    public static byte[] Shrink(byte[] input, Func<byte[], bool> isInteresting, int maxTries = 20_000)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(isInteresting);
        int triesLeft = maxTries;
        byte[] smallest = input;
        for (bool isSmaller = true; isSmaller && triesLeft > 0;)
        {
            byte[] before = smallest;
            smallest = WithoutBlocks(smallest, Ask);
            smallest = WithPlainBytes(smallest, Ask);
            isSmaller = smallest != before;
        }

        return smallest;

        bool Ask(byte[] candidate) => triesLeft-- > 0 && isInteresting(candidate);
    }

    private static byte[] WithoutBlocks(byte[] input, Func<byte[], bool> ask)
    {
        for (int length = Math.Max(1, input.Length / 2); length > 0; length /= 2)
        {
            for (int at = 0; at < input.Length;)
            {
                byte[] shorter = [.. input[..at], .. input[Math.Min(input.Length, at + length)..]];
                if (ask(shorter)) input = shorter;
                else at += length;
            }
        }

        return input;
    }

    private static byte[] WithPlainBytes(byte[] input, Func<byte[], bool> ask)
    {
        for (int at = 0; at < input.Length; at++)
        {
            foreach (byte plain in Plain)
            {
                if (input[at] == plain) break;
                byte[] plainer = [.. input];
                plainer[at] = plain;
                if (!ask(plainer)) continue;
                input = plainer;
                break;
            }
        }

        return input;
    }
}

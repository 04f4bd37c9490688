using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>The Date field as prepared bytes, made anew once a second (RFC 9110 §6.6.1). Thread-safe.</summary>
internal sealed class DateLine(TimeProvider time)
{
    private Prepared _current = new([], long.MinValue);

    /// <summary>The whole line with its CRLF.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            Prepared current = Volatile.Read(ref _current);
            return time.GetTimestamp() < current.Until ? current.Line : Prepare();
        }
    }

    private byte[] Prepare()
    {
        DateTimeOffset now = time.GetUtcNow();
        byte[] line = new byte["Date: "u8.Length + HttpDate.Length + 2];
        "Date: "u8.CopyTo(line);
        HttpDate.Write(now, line.AsSpan(6));
        "\r\n"u8.CopyTo(line.AsSpan(6 + HttpDate.Length));

        // Until the second is over, by the clock that counts on when the other is set.
        long left = TimeSpan.TicksPerSecond - (now.Ticks % TimeSpan.TicksPerSecond);
        long until = time.GetTimestamp() + (left * time.TimestampFrequency / TimeSpan.TicksPerSecond);
        Volatile.Write(ref _current, new Prepared(line, until));
        return line;
    }

    private sealed record Prepared(byte[] Line, long Until);
}

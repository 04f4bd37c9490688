using System.Globalization;
using System.Text;
using Minimal.Http.Transports;

namespace Minimal.Soak;

/// <summary>Requests one after the other on a connection that is kept: bodies up, sized or in chunks, and bodies down; each byte is looked at.</summary>
internal class BodyClient(SoakRun run, int number) : SoakClient(run, number)
{
    private const int MostBytes = 40_000;

    public override string Kind => "http";

    protected override async Task LiveAsync(Transport wire)
    {
        while (!Run.Stop.IsCancellationRequested)
        {
            if (!await (Random.Next(2) == 0 ? UpAsync(wire) : DownAsync(wire))) return;
            await PauseAsync();
        }
    }

    protected static byte[] Get(int n) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GET /bytes/{n} HTTP/1.1\r\nHost: a\r\n\r\n"));

    /// <summary>Reads the answer to <see cref="Get"/>; false when the connection ends with it.</summary>
    protected async Task<bool> ReadAsync(Transport wire, int n)
    {
        AnswerReader answer = await ReadAsync(wire);
        if (answer.IsOk) Expect(answer, [.. Enumerable.Range(0, n).Select(index => SoakServer.ByteAt(n, index))]);
        return answer.IsKept;
    }

    private Task<bool> DownAsync(Transport wire) => AskAsync(wire, Random.Next(Random.Next(8) == 0 ? MostBytes : 500));

    private async Task<bool> AskAsync(Transport wire, int n)
    {
        await WriteAsync(wire, Get(n));
        return await ReadAsync(wire, n);
    }

    private async Task<bool> UpAsync(Transport wire)
    {
        byte[] body = new byte[Random.Next(Random.Next(8) == 0 ? MostBytes : 500)];
        Random.NextBytes(body);
        bool isChunked = Random.Next(2) == 0;
        string framing = isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}";
        byte[] head = Encoding.ASCII.GetBytes($"POST /echo HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n");
        Task writing = WriteAsync(wire, head.Concat(isChunked ? Chunked(body) : body).ToArray()).AsTask();
        try
        {
            AnswerReader answer = await ReadAsync(wire);
            if (answer.IsOk) Expect(answer, body);
            return answer.IsKept;
        }
        finally
        {
            await writing;
        }
    }

    private byte[] Chunked(byte[] body)
    {
        using var chunks = new MemoryStream();
        for (int at = 0; at < body.Length;)
        {
            int length = Math.Min(body.Length - at, Random.Next(1, 5000));
            chunks.Write(Encoding.ASCII.GetBytes($"{length:X}\r\n"));
            chunks.Write(body, at, length);
            chunks.Write("\r\n"u8);
            at += length;
        }

        chunks.Write("0\r\n\r\n"u8);
        return chunks.ToArray();
    }

    private async Task<AnswerReader> ReadAsync(Transport wire)
    {
        var answer = new AnswerReader();
        while (!answer.IsWhole && await TakeAsync(wire, answer))
        {
        }

        return answer;
    }

    private void Expect(AnswerReader answer, byte[] body)
    {
        Run.CountOperation();
        if (!answer.Content.SequenceEqual(body)) Run.Findings.Add($"{Kind} {Number} got {answer.Content.Count} bytes that are not the {body.Length} it should have got");
    }
}

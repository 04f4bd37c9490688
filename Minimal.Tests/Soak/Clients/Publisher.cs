using System.Globalization;
using System.Text;
using Minimal.Http.Transports;

namespace Minimal.Soak;

/// <summary>Publishes by POST; what is cut may have been published or not, which the server's own side knows.</summary>
internal sealed class Publisher(SoakRun run, int number) : SoakClient(run, number)
{
    private long _next;

    public override string Kind => "publisher";

    protected override async Task LiveAsync(Transport wire)
    {
        while (!Run.Stop.IsCancellationRequested)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{Number}:{_next++}:{new string('x', Random.Next(Random.Next(20) == 0 ? 8000 : 200))}");
            string request = $"POST /publish/{Random.Next(Run.Server.All.Count)} HTTP/1.1\r\nHost: a\r\nContent-Length: {text.Length}\r\n\r\n{text}";
            await WriteAsync(wire, Encoding.ASCII.GetBytes(request));
            var answer = new AnswerReader();
            while (!answer.IsWhole && await TakeAsync(wire, answer))
            {
            }

            if (answer.IsOk) Run.CountOperation();
            if (!answer.IsKept) return;
            await PauseAsync();
        }
    }
}

using Minimal.Http.Transports;

namespace Minimal.Soak;

/// <summary>Several requests in one write, whose answers come in their order.</summary>
internal sealed class PipelineClient(SoakRun run, int number) : BodyClient(run, number)
{
    public override string Kind => "pipelined";

    protected override async Task LiveAsync(Transport wire)
    {
        while (!Run.Stop.IsCancellationRequested)
        {
            int[] asked = [.. Enumerable.Range(0, Random.Next(2, 10)).Select(_ => Random.Next(3000))];
            await WriteAsync(wire, asked.SelectMany(Get).ToArray());
            foreach (int n in asked)
            {
                if (!await ReadAsync(wire, n)) return;
            }

            await PauseAsync();
        }
    }
}

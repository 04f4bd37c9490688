using System.IO.Pipelines;
using System.Text;
using Minimal.Http.Topics;
using Minimal.Http.Transports;
using Minimal.Testing;

namespace Minimal.Soak;

/// <summary>Follows a topic by one transport, now and then by another, and goes on from its cursor over all reconnects. The topic's judge has every message.</summary>
internal class TopicReader : SoakClient
{
    private const int MostPolls = 20;

    private static readonly IReadOnlyList<NoLossTransport> Ways =
        [NoLossTransport.LongPoll, NoLossTransport.Sse, NoLossTransport.Ndjson, NoLossTransport.ShortPoll, NoLossTransport.ForeverFrame];

    private readonly NoLossTransport _way;
    private readonly int _topic;

    public TopicReader(SoakRun run, int number, int way)
        : base(run, number)
    {
        _way = Ways[way % Ways.Count];
        _topic = number % run.Server.All.Count;
        SoakTopic topic = run.Server.All[_topic];
        Client = topic.Model.Client($"{number}", topic.Topic.End);
    }

    public override string Kind => _way.Name;

    protected NoLossClient Client { get; }

    protected string Target => $"/topic/{_topic}";

    protected override async Task LiveAsync(Transport wire)
    {
        NoLossTransport way = Random.Next(5) == 0 ? Ways[Random.Next(Ways.Count)] : _way;
        while (!Run.Stop.IsCancellationRequested)
        {
            await WriteAsync(wire, Encoding.ASCII.GetBytes(way.Request(Target, Client.Cursor)));
            if (!await FollowAsync(wire, way)) return;
            Run.CountOperation();
            if (way == NoLossTransport.ShortPoll) await PauseAsync();
        }
    }

    // Whoever is behind when all has stopped must still get everything. On a busy machine it may take more than one connection: the server's times are short.
    protected override async Task LeaveAsync()
    {
        Topic topic = Run.Server.All[_topic].Topic;
        for (int polls = 0; Client.Cursor != topic.End; polls++)
        {
            if (polls == MostPolls) throw new NoLossException($"polls and gets no further than {Client.Cursor}, and the topic is at {topic.End}");
            await TryLastAsync();
        }
    }

    protected void CountMessages(Cursor before) => Run.CountMessages(Math.Max(0, Client.Cursor.Sequence - before.Sequence));

    private async ValueTask TryLastAsync()
    {
        try
        {
            await using Transport wire = await Run.ConnectPlainAsync();
            await wire.Output.WriteAsync(Encoding.ASCII.GetBytes(NoLossTransport.ShortPoll.Request(Target, Client.Cursor)));
            NoLossReader reader = NoLossTransport.ShortPoll.Read(Client);
            while (!reader.IsWhole)
            {
                ReadResult read = await wire.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> piece in read.Buffer) reader.Take(piece.Span);
                wire.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (IOException)
        {
            // Tried again.
        }
    }

    private async Task<bool> FollowAsync(Transport wire, NoLossTransport way)
    {
        NoLossReader reader = way.Read(Client);
        for (bool goesOn = true; goesOn && !reader.IsWhole;)
        {
            Cursor before = Client.Cursor;
            goesOn = await TakeAsync(wire, reader);
            CountMessages(before);

            // Now and then one is tired of its stream and leaves, politely or not.
            if (Random.Next(500) != 0) continue;
            if (Random.Next(2) == 0) wire.Abort();
            return false;
        }

        return reader is { IsWhole: true, IsKept: true };
    }
}

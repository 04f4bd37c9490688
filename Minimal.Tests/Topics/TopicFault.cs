using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>Where a topic can be made wrong on purpose, to show that the properties would notice. This one is right.</summary>
internal class TopicFault
{
    public virtual TopicStore Store() => new MemoryTopicStore();

    public virtual TopicOptions Options(TopicOptions options) => options;

    public virtual bool Schedules() => true;

    public virtual TopicBatch Read(Topic topic, Cursor after, int max) => topic.Read(after, max);

    public virtual FramedCut Cut(FramedSlice slice, int sent) => slice.Cut(sent);

    public sealed class KeepsOneMore : TopicFault
    {
        public override TopicOptions Options(TopicOptions options) => options with { MaxMessages = options.MaxMessages + 1 };
    }

    public sealed class KeepsOneLess : TopicFault
    {
        public override TopicOptions Options(TopicOptions options) => options with { MaxMessages = Math.Max(1, options.MaxMessages!.Value - 1) };
    }

    public sealed class DropsEverySecondWakeUp : TopicFault
    {
        private int _count;

        public override bool Schedules() => ++_count % 2 == 1;
    }

    public sealed class HidesGaps : TopicFault
    {
        public override TopicBatch Read(Topic topic, Cursor after, int max)
        {
            TopicBatch batch = base.Read(topic, after, max);
            return new TopicBatch(batch.Messages, batch.Next, null, batch.IsEnd);
        }
    }

    public sealed class RepeatsTheLast : TopicFault
    {
        public override TopicBatch Read(Topic topic, Cursor after, int max) =>
            base.Read(topic, after.Sequence == topic.End.Sequence && after.Sequence > 0 ? topic.Place(after.Sequence - 1) : after, max);
    }

    public sealed class SkipsBehindAFullBatch : TopicFault
    {
        public override TopicBatch Read(Topic topic, Cursor after, int max)
        {
            TopicBatch batch = base.Read(topic, after, max);
            return batch.Messages.Length < max ? batch : new TopicBatch(batch.Messages, topic.End, batch.Gap, batch.IsEnd);
        }
    }

    public sealed class ForgetsTheEnd : TopicFault
    {
        public override TopicBatch Read(Topic topic, Cursor after, int max)
        {
            TopicBatch batch = base.Read(topic, after, max);
            return new TopicBatch(batch.Messages, batch.Next, batch.Gap);
        }
    }

    public sealed class ForgetsTheRest : TopicFault
    {
        public override FramedCut Cut(FramedSlice slice, int sent) => base.Cut(slice, sent) with { Rest = default };
    }

    public sealed class CutsOneMessageLate : TopicFault
    {
        public override FramedCut Cut(FramedSlice slice, int sent) =>
            base.Cut(slice, Math.Min(slice.Bytes.Length, sent + 12)) with { Rest = base.Cut(slice, sent).Rest };
    }

    public sealed class LosesEveryFifthMessage : TopicFault
    {
        public override TopicStore Store() => new LosingStore();

        private sealed class LosingStore : TopicStore
        {
            private long _sequence;

            protected override TopicStart Start() => new(new Cursor(99, 0));

            protected internal override ValueTask<Cursor> AppendAsync(ReadOnlyMemory<byte> data, string? type, string? key, CancellationToken cancellation)
            {
                var id = new Cursor(99, ++_sequence);
                if (_sequence % 5 != 0) Appended(new TopicMessage(id, data, type, key));
                return new ValueTask<Cursor>(id);
            }

            protected internal override ValueTask CompleteAsync(CancellationToken cancellation)
            {
                Completed();
                return ValueTask.CompletedTask;
            }
        }
    }
}

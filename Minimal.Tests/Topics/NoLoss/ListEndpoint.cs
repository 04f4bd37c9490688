using System.Text;
using System.Text.Json;
using Minimal.Http;
using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>Short polling as somebody might write it in an afternoon: a list, a lock and a number. It shares nothing with topics but the form of its answers.</summary>
internal sealed class ListEndpoint(ulong epoch, int max, bool tellsGaps)
{
    private readonly Lock _lock = new();
    private readonly List<byte[]> _kept = [];
    private long _dropped;

    public Cursor End => new(epoch, _dropped + _kept.Count);

    public ValueTask<Cursor> PublishAsync(ReadOnlyMemory<byte> data)
    {
        lock (_lock)
        {
            _kept.Add(data.ToArray());
            if (_kept.Count > max)
            {
                _kept.RemoveAt(0);
                _dropped++;
            }

            return new ValueTask<Cursor>(End);
        }
    }

    public ValueTask AnswerAsync(HttpExchange exchange)
    {
        Cursor after = Cursor.TryParse(QueryText.First(exchange.Request, "after"u8), out Cursor asked) ? asked : default;
        lock (_lock)
        {
            bool isMissed = after.Epoch != epoch || after.Sequence < _dropped;
            long from = isMissed ? _dropped : after.Sequence;
            object? gap = isMissed && tellsGaps ? new { from = $"{after}", to = $"{new Cursor(epoch, from)}" } : null;
            var messages = _kept.Skip((int)(from - _dropped)).Select((data, at) => new { id = $"{new Cursor(epoch, from + at + 1)}", data = Encoding.UTF8.GetString(data) });
            return exchange.RespondAsync(200, "application/json", JsonSerializer.SerializeToUtf8Bytes(new { after = $"{End}", messages, gap, end = false }));
        }
    }
}

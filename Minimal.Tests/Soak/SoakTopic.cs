using Minimal.Http.Topics;
using Minimal.Testing;

namespace Minimal.Soak;

/// <summary>A topic and its judge. Who publishes here tells the judge in the same order.</summary>
internal sealed class SoakTopic(string name) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private bool _isOpen;

    public Topic Topic { get; } = new(name, TopicOptions.Default with { MaxMessages = 500, MaxBytes = 256 * 1024, MaxFramedBytes = 256 * 1024 });

    public NoLossModel Model { get; } = new();

    public void Dispose() => _gate.Dispose();

    /// <summary>Publishes; null when nothing is published any more.</summary>
    public async ValueTask<Cursor?> PublishAsync(byte[] data)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_isOpen) return null;
            Cursor id = await Topic.PublishAsync(data);
            Model.Published(new TopicMessage(id, data, null, null));
            return id;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether anything may be published: what is still on its way when a run ends must not come behind the readers' last look.</summary>
    public async ValueTask OpenAsync(bool isOpen)
    {
        await _gate.WaitAsync();
        _isOpen = isOpen;
        _gate.Release();
    }
}

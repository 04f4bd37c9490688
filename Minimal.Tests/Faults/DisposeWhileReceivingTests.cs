using Minimal.Tests.WebSocket;
using Minimal.WebSocket;
using Xunit;

namespace Minimal.Tests.Faults;

/// <summary>
/// A WebSocket that is let go while a receive is under way: the receive may be decoding just then, on another thread, and keeps its memory until it has ended.
/// </summary>
public sealed class DisposeWhileReceivingTests
{
    [Fact]
    [Requirement("WS-10.4-02")]
    public async Task A_receive_keeps_its_memory_until_it_has_ended()
    {
        await using var host = new SocketHost(SocketHost.Echo);
        var late = new LateTransport(host.Connect().Transport);
        WebSocketConnection client = await WebSocketConnection.ConnectAsync(late, new Uri("ws://a/ws"));
        Task<WebSocketMessage?> receiving = client.ReceiveAsync().AsTask();
        late.Break();
        Task disposing = client.DisposeAsync().AsTask();
        await late.Aborted.Task;

        // Whoever would not wait for the receive is done by then.
        for (int turn = 0; turn < 1000; turn++) await Task.Yield();
        Assert.False(late.IsDisposed);
        Assert.False(disposing.IsCompleted);
        late.Release();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => receiving);
        await disposing;
        Assert.True(late.IsDisposed);
    }

    [Fact]
    public async Task A_receive_that_comes_later_gets_nothing()
    {
        await using var host = new SocketHost(SocketHost.Echo);
        WebSocketConnection client = await WebSocketConnection.ConnectAsync(host.Connect().Transport, new Uri("ws://a/ws"));
        await client.DisposeAsync();
        Assert.Null(await client.ReceiveAsync());
    }
}

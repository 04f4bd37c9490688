using System.Net;

namespace Minimal.WebSocket.Client;

/// <summary>Lets one connection at a time be opened to an address (RFC 6455 §4.1). Holds nothing for addresses to which none is. Thread-safe.</summary>
internal static class OpeningQueue
{
    private static readonly Dictionary<IPEndPoint, Queue<TaskCompletionSource>> Waiting = [];

    /// <summary>Waits for the turn; disposing it gives it to the next.</summary>
    public static async ValueTask<Turn> WaitAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        TaskCompletionSource? turn = Enter(endPoint);
        if (turn is null) return new Turn(endPoint);
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn);
        await turn.Task.ConfigureAwait(false);
        return new Turn(endPoint);
    }

    private static TaskCompletionSource? Enter(IPEndPoint endPoint)
    {
        lock (Waiting)
        {
            if (Waiting.TryAdd(endPoint, new Queue<TaskCompletionSource>())) return null;
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Waiting[endPoint].Enqueue(turn);
            return turn;
        }
    }

    private static void Leave(IPEndPoint endPoint)
    {
        lock (Waiting)
        {
            while (Waiting[endPoint].TryDequeue(out TaskCompletionSource? next))
            {
                if (next.TrySetResult()) return;
            }

            Waiting.Remove(endPoint);
        }
    }

    /// <summary>The right to open a connection; the default holds nobody up.</summary>
    public readonly struct Turn(IPEndPoint endPoint) : IDisposable
    {
        public void Dispose()
        {
            if (endPoint is not null) Leave(endPoint);
        }
    }
}

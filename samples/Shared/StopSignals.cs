using System.Runtime.InteropServices;

namespace Minimal.Samples;

/// <summary>Ctrl+C and SIGTERM: the first one asks the program to stop, a second one to stop at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abort = new();
    private readonly PosixSignalRegistration _interrupt, _terminate;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Ends with the first signal.</summary>
    public Task Stopping => _stop.Task;

    /// <summary>Fires with the second.</summary>
    public CancellationToken Aborting => _abort.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _abort.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (!_stop.TrySetResult()) _abort.Cancel();
    }
}

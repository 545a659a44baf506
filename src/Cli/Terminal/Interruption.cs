using System.Runtime.InteropServices;

namespace FastDPMeta.Cli.Terminal;

/// <summary>Ctrl-C, and SIGTERM: the first asks to stop after the current round, the second kills.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly TextWriter _error;

    internal Interruption(TextWriter error)
    {
        _error = error;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    internal CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            return; // the default action: the process ends
        }

        context.Cancel = true;
        _error.WriteLine("Stopping after this round with a checkpoint. Press Ctrl-C again to kill.");
        _source.Cancel();
    }
}

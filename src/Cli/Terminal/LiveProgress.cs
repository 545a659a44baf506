using FastDPMeta.Cli.Training;
using Spectre.Console;

namespace FastDPMeta.Cli.Terminal;

/// <summary>One bar a phase, redrawn in place.</summary>
internal sealed class LiveProgress : IProgressView
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private readonly TimeProvider _time;
    private ProgressTask? _bar;
    private string _phase = "";
    private long _phaseStart;
    private long _lastDrawn;

    private LiveProgress(IAnsiConsole console, ProgressContext context, TimeProvider time)
    {
        _console = console;
        _context = context;
        _time = time;
    }

    /// <summary>Runs <paramref name="work"/> under live bars on a terminal, with plain lines elsewhere.</summary>
    internal static T Show<T>(IAnsiConsole console, TextWriter output, bool interactive, TimeProvider time, Func<IProgressView, T> work)
    {
        if (!interactive)
        {
            return work(new PlainProgress(output, time));
        }

        return console.Progress()
            .AutoClear(false)
            .HideCompleted(false)
            .Columns(
                new SpinnerColumn(Spinner.Known.Dots) { CompletedText = "[green]✓[/]" },
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = 24 },
                new PercentageColumn())
            .Start(context => work(new LiveProgress(console, context, time)));
    }

    public void Report(in TrainingProgress progress)
    {
        long now = _time.GetTimestamp();
        bool done = progress.Round == progress.Rounds;
        if (progress.Phase != _phase)
        {
            _bar?.StopTask();
            _phase = progress.Phase;
            _phaseStart = now;
            _bar = _context.AddTask(Markup.Escape(_phase), maxValue: Math.Max(1, progress.Rounds));
        }
        else if (!done && _time.GetElapsedTime(_lastDrawn, now) < Pause)
        {
            return;
        }

        _lastDrawn = now;
        TimeSpan? left = done ? null : ProgressText.Left(_time.GetElapsedTime(_phaseStart, now), progress.Round, progress.Rounds);
        _bar!.Description = Markup.Escape(ProgressText.Line(progress, left));
        _bar.Value = progress.Rounds == 0 ? 1 : progress.Round;
    }

    public void Say(string sentence) => _console.MarkupLineInterpolated($"[grey]{sentence}[/]");
}

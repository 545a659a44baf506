using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Running;
using FastDPMeta.Bench.Accounting;
using FastDPMeta.Bench.Homomorphic;
using FastDPMeta.Bench.Micro;
using FastDPMeta.Bench.Step;
using FastDPMeta.Cli.Homomorphic;

namespace FastDPMeta.Bench;

/// <summary>The commands of the benchmark program.</summary>
internal static class BenchCommands
{
    private static readonly Option<int> Batch = Number("--batch", "Examples of a step.", 64);
    private static readonly Option<int> Chunk = new("--chunk") { HelpName = "N", Description = "Examples computed at once; 0 as training would choose." };
    private static readonly Option<string> Mode = new Option<string>("--mode") { Description = "With privacy, with privacy by exact noise, or without.", DefaultValueFactory = _ => "private" }.AcceptOnlyFromAmong("private", "secure", "nonprivate");
    private static readonly Option<bool> Json = new("--json") { Description = "One line of JSON." };
    private static readonly Option<int> Top = Number("--top", "Launches to print.", 25);
    private static readonly Option<int> Repeats = Number("--repeats", "Times a launch is repeated; the least counts.", 20);

    /// <summary>All of them.</summary>
    public static RootCommand Create() => new("Benchmarks of FastDPMeta. Times move with the machine's neighbours: trust ratios measured in one run.")
    {
        Step(), Profile(), MetaStep(), OmniglotProfile(), Rooflines(), Peak(), Samplers(), Accountants(), Corners(), MicroBenchmarks(), Homomorphic(),
    };

    private static Command Step()
    {
        Option<string> model = Model();
        Option<int> threads = Number("--threads", "Worker threads.", 1);
        Option<int> steps = Number("--steps", "Timed steps, at most.", 200);
        Option<double> seconds = new("--max-seconds") { HelpName = "S", Description = "Seconds of timed steps, at most; at least three are timed.", DefaultValueFactory = _ => 10 };
        Command command = new("step", "One whole step, timed, with memory and allocations.") { model, Batch, Mode, threads, steps, seconds, Chunk, Json };
        command.SetAction(parsed => StepTiming.Run(
            parsed.GetRequiredValue(model), parsed.GetValue(Batch), parsed.GetRequiredValue(Mode), parsed.GetValue(threads), parsed.GetValue(steps), parsed.GetValue(seconds), parsed.GetValue(Chunk), parsed.GetValue(Json)));
        return command;
    }

    private static Command Profile()
    {
        Option<string> model = Model();
        Command command = new("step-profile", "Where the time of a model's step goes, launch by launch.") { model, Batch, Mode, Chunk, Top, Repeats };
        command.SetAction(parsed => StepProfile.Example(
            parsed.GetRequiredValue(model), parsed.GetValue(Batch), parsed.GetRequiredValue(Mode), parsed.GetValue(Chunk), parsed.GetValue(Top), parsed.GetValue(Repeats)));
        return command;
    }

    private static Command OmniglotProfile()
    {
        MetaOptions options = new(filters: 16, query: 5);
        Option<int> chunk = Number("--chunk", "Tasks computed at once.", 1);
        Command command = options.AddTo(new Command("omniglot-profile", "Where the time of a step of Omniglot meta-training goes.") { chunk, Mode, Top, Repeats });
        command.SetAction(parsed => StepProfile.Omniglot(options.Case(parsed, tasks: 1), parsed.GetValue(chunk), IsPrivate(parsed), parsed.GetValue(Top), parsed.GetValue(Repeats)));
        return command;
    }

    private static Command MetaStep()
    {
        MetaOptions options = new(filters: 32, query: 5);
        Option<int> tasks = Number("--tasks", "Tasks of a step.", 8);
        Option<int> threads = Number("--threads", "Worker threads.", 2);
        Option<int> steps = Number("--steps", "Timed steps, at most.", 200);
        Option<double> seconds = new("--max-seconds") { HelpName = "S", Description = "Seconds of timed steps, at most; at least three are timed.", DefaultValueFactory = _ => 5 };
        Option<string> mode = new Option<string>("--mode") { Description = "Without privacy, or with it.", DefaultValueFactory = _ => "nonprivate" }.AcceptOnlyFromAmong("private", "nonprivate");
        Command command = options.AddTo(new Command("meta-step", "One whole step of Omniglot meta-training, timed, with memory and allocations; bench/torch_meta is its peer.") { tasks, threads, mode, steps, seconds, Chunk, Json });
        command.SetAction(parsed => StepTiming.Meta(
            options.Case(parsed, parsed.GetValue(tasks)), parsed.GetValue(options.InnerSteps), parsed.GetValue(tasks), parsed.GetRequiredValue(mode), parsed.GetValue(threads), parsed.GetValue(steps),
            parsed.GetValue(seconds), parsed.GetValue(Chunk), parsed.GetValue(Json)));
        return command;
    }

    private static Command Rooflines()
    {
        Option<string> models = new("--models") { HelpName = "NAME,NAME", Description = "Names as of step.", DefaultValueFactory = _ => string.Join(',', BenchModel.Names) };
        Command command = new("roofline", "Private steps against the multiply-add peak and the memory of one core.") { models, Batch, Json };
        command.SetAction(parsed => Roofline.Run(parsed.GetRequiredValue(models).Split(','), parsed.GetValue(Batch), parsed.GetValue(Json)));
        return command;
    }

    private static Command Peak()
    {
        Option<int> bits = new("--bits") { HelpName = "N", Description = "Vector width; 0 takes the widest." };
        Option<string> filter = new("--filter") { HelpName = "TEXT", Description = "Only products with this in their name.", DefaultValueFactory = _ => string.Empty };
        Command command = new("matmul-peak", "Products against the multiply-add peak of one core.") { bits, filter };
        command.SetAction(parsed => MatMulPeak.Run(parsed.GetValue(bits), parsed.GetRequiredValue(filter)));
        return command;
    }

    private static Command Homomorphic()
    {
        Option<double> seconds = new("--seconds") { HelpName = "S", Description = "Seconds an operation: as long to warm up.", DefaultValueFactory = _ => 0.5 };
        Command command = new("he", "Homomorphic encryption, one thread, beside Microsoft SEAL's figures for this kind of machine.") { seconds };
        command.SetAction(parsed => OperationTiming.Run(Console.Out, parsed.GetValue(seconds), TransformTiming.Of));
        return command;
    }

    private static Command Samplers()
    {
        Option<int> count = Number("--count", "Numbers to draw.", 4_000_000);
        Command command = new("noise", "Nanoseconds a number of each exact sampler.") { count };
        command.SetAction(parsed => NoiseSpeed.Run(parsed.GetValue(count)));
        return command;
    }

    private static Command Accountants()
    {
        Command command = new("accounting", "The accounting engines on one usual run; its peer is bench/dp_accounting/timing.py.");
        command.SetAction(_ => AccountingTiming.Run());
        return command;
    }

    private static Command Corners()
    {
        Option<bool> everything = new("--all") { Description = "Print every case, not only those that are wide, slow or wrong." };
        Option<double> slow = new("--slow") { HelpName = "S", Description = "Cases that take longer are printed.", DefaultValueFactory = _ => 2 };
        Option<double> noise = new("--noise") { HelpName = "X", Description = "Only the cases of this noise multiplier: 0.1, 0.5, 1, 30 or 1000.", DefaultValueFactory = _ => double.NaN };
        Command command = new("accounting-corners", "The accountant at the ends of its ranges: 625 cases, some minutes.") { everything, slow, noise };
        command.SetAction(parsed => CornerGrid.Run(parsed.GetValue(everything), parsed.GetValue(slow), parsed.GetValue(noise)));
        return command;
    }

    private static Command MicroBenchmarks()
    {
        Command command = new("micro", "Single kernels and small steps by BenchmarkDotNet, which takes the arguments: --filter '*'.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(parsed => BenchmarkSwitcher.FromAssembly(typeof(BenchCommands).Assembly).Run([.. parsed.UnmatchedTokens]));
        return command;
    }

    private static bool IsPrivate(ParseResult parsed) => parsed.GetValue(Mode) == "private";

    private static Option<string> Model() =>
        new Option<string>("--model") { Description = "Which model.", DefaultValueFactory = _ => "mlp" }.AcceptOnlyFromAmong([.. BenchModel.Names]);

    /// <summary>A whole number of at least 1.</summary>
    internal static Option<int> Number(string name, string help, int otherwise) => new(name)
    {
        HelpName = "N",
        Description = help,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (!int.TryParse(text, CultureInfo.InvariantCulture, out int value) || value < 1)
            {
                result.AddError($"{name}: must be a whole number of at least 1; got '{text}'. Give a value such as {otherwise}.");
            }

            return value;
        },
    };
}

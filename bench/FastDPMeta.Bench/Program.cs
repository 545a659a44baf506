using System.Globalization;
using BenchmarkDotNet.Running;
using FastDPMeta.Bench.Accounting;
using FastDPMeta.Bench.Micro;
using FastDPMeta.Bench.Step;

string command = args.Length > 0 ? args[0] : "help";
int Option(string name, int otherwise)
{
    int index = Array.IndexOf(args, name);
    return index < 0 ? otherwise : int.Parse(args[index + 1], CultureInfo.InvariantCulture);
}

string Text(string name, string otherwise)
{
    int index = Array.IndexOf(args, name);
    return index < 0 ? otherwise : args[index + 1];
}

switch (command)
{
    case "step":
        StepTiming.Run(
            Text("--model", "mlp"), Option("--batch", 64), Text("--mode", "private") == "private", Option("--threads", 1), Option("--steps", 200), Option("--max-seconds", 10), Option("--chunk", 0));
        return 0;
    case "step-profile" when args.Contains("--model"):
        StepProfile.Example(Text("--model", "mlp"), Option("--batch", 64), Text("--mode", "private") == "private", Option("--chunk", 0), Option("--top", 25), Option("--repeats", 20));
        return 0;
    case "step-profile":
        StepProfile.Omniglot(
            args.Contains("--maml") ? "maml" : "protonet",
            Option("--way", 5),
            Option("--query", 5),
            Option("--filters", 16),
            Option("--inner-steps", 1),
            Option("--chunk", 1),
            args.Contains("--private"),
            Option("--top", 25),
            Option("--repeats", 30));
        return 0;
    case "roofline":
        Roofline.Run(Text("--models", string.Join(',', BenchModel.Names)).Split(','), Option("--batch", 64), args.Contains("--json"));
        return 0;
    case "micro":
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args[1..]);
        return 0;
    case "accounting":
        AccountingTiming.Run();
        return 0;
    case "matmul-peak":
        MatMulPeak.Run(Option("--bits", 0));
        return 0;
    default:
        Console.WriteLine("matmul-peak [--bits N]   products against the multiply-add peak of one core");
        Console.WriteLine($"step [--model NAME] [--batch N] [--mode private|nonprivate] [--threads N] [--steps N] [--max-seconds S] [--chunk N]   one step, as JSON; NAME: {string.Join(", ", BenchModel.Names)}");
        Console.WriteLine("step-profile --model NAME [--batch N] [--mode private|nonprivate] [--chunk N] [--top N] [--repeats N]   where the time of such a step goes, launch by launch");
        Console.WriteLine("roofline [--models NAME,NAME] [--batch N] [--json]   private steps against the multiply-add peak and the memory of one core");
        Console.WriteLine("step-profile [--maml] [--private] [--query N] [--filters N] [--inner-steps N] [--chunk N] [--top N]   where the time of an Omniglot step goes");
        Console.WriteLine("accounting   the accounting engines on one usual run; its peer is bench/dp_accounting/timing.py");
        Console.WriteLine("micro [--filter *]   single kernels and small steps by BenchmarkDotNet");
        return command == "help" ? 0 : 2;
}

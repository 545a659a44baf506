using System.CommandLine;
using System.Text.Json;
using FastDPMeta.Bench.Step;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Bench;

/// <summary>What is said about a step of Omniglot meta-training.</summary>
internal sealed class MetaOptions
{
    private readonly Option<string> _learner = new Option<string>("--learner") { Description = "What is meta-learned.", DefaultValueFactory = _ => "maml" }.AcceptOnlyFromAmong("protonet", "maml");
    private readonly Option<string> _norm = new Option<string>("--norm") { Description = "What is normalised over.", DefaultValueFactory = _ => Name(NormKind.Group) }.AcceptOnlyFromAmong([.. Enum.GetValues<NormKind>().Select(Name)]);
    private readonly Option<int> _way = BenchCommands.Number("--way", "Classes of an episode.", 5);
    private readonly Option<int> _query;
    private readonly Option<int> _filters;
    private readonly Option<bool> _recompute = new("--recompute") { Description = "Computes activations of inner steps again instead of keeping them." };

    public MetaOptions(int filters, int query)
    {
        _filters = BenchCommands.Number("--filters", "Filters of a convolution.", filters);
        _query = BenchCommands.Number("--query", "Queries a class.", query);
    }

    /// <summary>Steps of adaptation.</summary>
    public Option<int> InnerSteps { get; } = BenchCommands.Number("--inner-steps", "Steps of adaptation, differentiated through; maml only.", 1);

    public Command AddTo(Command command)
    {
        foreach (Option option in (Option[])[_learner, _norm, _way, _query, _filters, InnerSteps, _recompute])
        {
            command.Add(option);
        }

        return command;
    }

    public MetaCase Case(ParseResult parsed, int tasks) => new(
        parsed.GetRequiredValue(_learner), Enum.GetValues<NormKind>().First(norm => Name(norm) == parsed.GetRequiredValue(_norm)), parsed.GetValue(_way), parsed.GetValue(_query),
        parsed.GetValue(_filters), parsed.GetValue(InnerSteps), parsed.GetValue(_recompute), tasks);

    private static string Name(NormKind norm) => JsonNamingPolicy.KebabCaseLower.ConvertName(norm.ToString());
}

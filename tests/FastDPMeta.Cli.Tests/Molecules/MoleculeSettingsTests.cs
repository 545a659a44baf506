using System.CommandLine;
using FastDPMeta.Cli.Molecules;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Tests.Molecules;

public sealed class MoleculeSettingsTests
{
    public static TheoryData<string> Recipes => [.. Directory.GetFiles(RecipeFolder(), "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Every_recipe_is_read_and_says_the_same_when_written_again(string name)
    {
        using TemporaryFolder folder = new();
        MoleculeOptions options = Read("--recipe", Path.Combine(RecipeFolder(), name));
        File.WriteAllText(folder["again.json"], MoleculeSettings.Write(options));
        MoleculeOptions again = Read("--recipe", folder["again.json"]);
        Assert.Equal(options with { Epsilons = [], Sizes = [] }, again with { Epsilons = [], Sizes = [] });
        Assert.Equal(options.Epsilons, again.Epsilons);
        Assert.Equal(options.Sizes, again.Sizes);
        Assert.StartsWith(MoleculeSettings.Name(options.Collection), name, StringComparison.Ordinal);
        Assert.Contains(new SupportSize(10, 10), options.Sizes);
        Assert.Equal(MeasuredAssays.Test, options.MeasureOn);
    }

    [Fact]
    public void The_command_line_goes_before_the_recipe_and_the_recipe_before_defaults()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["r.json"], """{ "about": "a test", "task": "molecules", "collection": "sider", "epsilon": "1,none", "lot": 7, "rounds": 9 }""");
        MoleculeOptions options = Read("--recipe", folder["r.json"], "--lot", "8", "--sizes", "5/10,1/2");
        Assert.Equal((MoleculeCollection.Sider, 8, 9, 512), (options.Collection, options.Lot, options.Rounds, options.Width));
        Assert.Equal([1, double.PositiveInfinity], options.Epsilons);
        Assert.Equal([new SupportSize(5, 10), new SupportSize(1, 2)], options.Sizes);
    }

    private static MoleculeOptions Read(params string[] words)
    {
        MoleculeSettings settings = new();
        Command command = new("molecules");
        settings.AddTo(command);
        return settings.Read(command.Parse(words));
    }

    private static string RecipeFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastDPMeta.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "recipes", "molecules");
    }
}

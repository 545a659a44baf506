using FastDPMeta.Cli.Roles;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Testing;

namespace FastDPMeta.Cli.Tests.Roles;

public sealed class CharacterCountsTests
{
    private const string Shared = "data/shakespeare-roles";

    [SkippableFact]
    public void Probabilities_add_up_to_one_for_every_length_of_context()
    {
        RoleSet set = Real();
        CharacterCounts counts = new(set, set.RolesIn(TaskSplit.Training), 2);
        ReadOnlySpan<byte> text = set.TextOf(set.Roles[3]);
        double[] probabilities = new double[RoleSet.VocabularySize];
        for (int at = 0; at < 200; at++)
        {
            counts.Predict(text[..200], at, probabilities);
            Assert.Equal(1, probabilities.Sum(), 1e-12);
            Assert.All(probabilities, probability => Assert.True(probability > 0));
        }
    }

    [SkippableFact]
    public void Without_context_probabilities_are_those_of_Witten_and_Bell()
    {
        RoleSet set = Real();
        Role role = set.Roles[0];
        CharacterCounts counts = new(set, [role], 0);
        double[] probabilities = new double[RoleSet.VocabularySize];
        counts.Predict([], 0, probabilities);
        byte[] text = set.TextOf(role).ToArray();
        int different = text.Distinct().Count();
        for (int c = 0; c < probabilities.Length; c++)
        {
            Assert.Equal((text.Count(one => one == c) + (different / 64.0)) / (text.Length + different), probabilities[c], 1e-12);
        }
    }

    [SkippableFact]
    public void Longer_contexts_predict_held_out_roles_better()
    {
        RoleSet set = Real();
        RoleTasks tasks = new(set, TaskSplit.Evaluation);
        double[] bits = [.. Enumerable.Range(0, 3).Select(longest =>
        {
            CharacterCounts counts = new(set, set.RolesIn(TaskSplit.Training), longest);
            return Enumerable.Range(0, tasks.Roles.Count).Average(role => counts.Score(tasks.CharactersOf(role), tasks, 40).Bits);
        })];
        Assert.True(bits[2] < bits[1] && bits[1] < bits[0], string.Join(", ", bits));
        Assert.InRange(bits[0], 4, 5); // the entropy of English letters with case and marks
    }

    private static RoleSet Real()
    {
        Skip.IfNot(SharedFolder.TryFind(Shared, out string folder), SharedFolder.Missing(Shared));
        return RoleSet.Load(folder);
    }
}

using System.IO.Compression;
using System.Text;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class RoleSetTests : IDisposable
{
    private const string Shared = "data/shakespeare-roles";
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void The_real_set_loads_and_is_what_its_page_says()
    {
        RoleSet set = Real();
        Assert.Equal(RoleSet.RoleCount, set.Roles.Count);
        Assert.Equal((113, 28), (set.RolesIn(TaskSplit.Training).Count, set.RolesIn(TaskSplit.Evaluation).Count));
        Assert.Equal(RoleSet.TrainingCount, set.RolesIn(TaskSplit.Training).Count);
        Assert.Equal(RoleSet.VocabularySize, set.Vocabulary.Count);
        Assert.Equal("MENENIUS", set.Roles[2].Name);
        Assert.StartsWith("Before we proceed any further, hear me speak.\n", set.Decode(set.TextOf(set.Roles[0])));
        Assert.All(set.Roles, role => Assert.True(role.Length >= RoleSet.LeastLength));
    }

    [SkippableFact]
    public void The_plays_give_the_same_roles_and_leave_out_who_says_little_or_nothing()
    {
        RoleSet set = Real();
        StringBuilder plays = new("Nobody:\n\nEcho:\nSo short.\n\n");
        foreach (Role role in set.Roles)
        {
            plays.Append(role.Name).Append(":\n").Append(set.Decode(set.TextOf(role)).TrimEnd('\n')).Append("\n\n");
        }

        RoleSet taken = RoleSet.FromPlays(Encoding.Latin1.GetBytes(plays.ToString()));
        Assert.Equal(set.Roles.Select(role => (role.Id, role.Name, role.Offset, role.Length, role.Split)), taken.Roles.Select(role => (role.Id, role.Name, role.Offset, role.Length, role.Split)));
        Assert.True(set.TextOf(set.Roles[140]).SequenceEqual(taken.TextOf(taken.Roles[140])));
        Assert.Throws<ArgumentException>(() => RoleSet.FromPlays(Encoding.Latin1.GetBytes(plays.ToString().Replace("speak", "spoke", StringComparison.Ordinal))));
    }

    [SkippableFact]
    public void Damage_is_refused_with_the_file_and_what_to_do()
    {
        Assert.Contains("the file is missing", Assert.Throws<DataFileException>(() => RoleSet.Load(_folder)).Message);
        string folder = Folder();
        string text = Path.Combine(_folder, RoleSet.TextFileName), roles = Path.Combine(_folder, RoleSet.RoleFileName);
        File.Copy(Path.Combine(folder, RoleSet.TextFileName), text);
        string[] lines = File.ReadAllLines(Path.Combine(folder, RoleSet.RoleFileName));
        foreach (string[] wrong in (string[][])[[], lines[..^1], [.. lines[..^1], "140,X,0,5000000,1,train"], [.. lines[..^1], lines[^1].Replace("train", "both", StringComparison.Ordinal).Replace("test", "both", StringComparison.Ordinal)]])
        {
            File.WriteAllLines(roles, wrong);
            Assert.Contains("141 roles", Assert.Throws<DataFileException>(() => RoleSet.Load(_folder)).Message);
        }

        File.WriteAllBytes(text, [1, 2, 3]);
        Assert.Contains("gzip", Assert.Throws<DataFileException>(() => RoleSet.Load(_folder)).Message);
        using (GZipStream zip = new(File.Create(text), CompressionLevel.Fastest))
        {
            zip.Write("To be"u8);
        }

        Assert.Contains("SHA-256", Assert.Throws<DataFileException>(() => RoleSet.Load(_folder)).Message);
    }

    internal static RoleSet Real() => RoleSet.Load(Folder());

    private static string Folder()
    {
        Skip.IfNot(SharedFolder.TryFind(Shared, out string folder), SharedFolder.Missing(Shared));
        return folder;
    }
}

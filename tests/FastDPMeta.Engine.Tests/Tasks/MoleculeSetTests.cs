using System.IO.Compression;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class MoleculeSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-molecules").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Bits_come_the_least_significant_first()
    {
        byte[] bytes = new byte[256];
        (bytes[0], bytes[3], bytes[255]) = (0b0000_0101, 0b1000_0000, 1);
        float[] bits = new float[MoleculeSet.FingerprintBits];
        MoleculeSet.Create(bytes, [1], One()).FillBits(0, bits);
        Assert.Equal([0, 2, 31, 2040], Enumerable.Range(0, bits.Length).Where(bit => bits[bit] == 1));
        Assert.Equal(4, bits.Sum());
    }

    [Fact]
    public void Similarity_is_shared_bits_over_bits_of_either()
    {
        // 0: bits {0, 1, 2}; 1: bits {1, 2, 3, 4}; 2: none.
        byte[] bytes = new byte[3 * 256];
        (bytes[0], bytes[256]) = (0b0000_0111, 0b0001_1110);
        MoleculeSet set = MoleculeSet.Create(bytes, [1, 0, 0], One());
        Assert.Equal(2 / 5.0, set.Tanimoto(0, 1), 15);
        Assert.Equal(1, set.Tanimoto(0, 0));
        Assert.Equal(0, set.Tanimoto(0, 2));
        Assert.Equal(1, set.Tanimoto(2, 2));
    }

    [Fact]
    public void Copies_of_a_structure_are_one_and_the_first_that_was_measured_counts()
    {
        byte[] bytes = [.. Molecules.Fingerprints(3), .. Molecules.Fingerprints(2)]; // 3 and 4 are copies of 0 and 1
        MoleculeSet set = MoleculeSet.Create(bytes, [255, 0, 1, 1, 1], One());
        Assert.Equal([0, 1, 2, 0, 1], Enumerable.Range(0, 5).Select(set.StructureOf));
        Assert.Equal([1, 2, 3], set.Measured(0));
    }

    [Fact]
    public void What_is_held_out_follows_from_the_fingerprint_alone_and_its_share_is_what_was_asked_for()
    {
        MoleculeSet many = Molecules.Measured(4000, AssaySplit.Train), few = Molecules.Measured(40, AssaySplit.Test);
        Assert.All(Enumerable.Range(0, 40), compound => Assert.Equal(many.IsHeldOut(compound, 0.25), few.IsHeldOut(compound, 0.25)));
        Assert.DoesNotContain(Enumerable.Range(0, 4000), compound => many.IsHeldOut(compound, 0));
        Assert.All(Enumerable.Range(0, 4000), compound => Assert.True(!many.IsHeldOut(compound, 0.25) || many.IsHeldOut(compound, 0.5)));

        // Six standard deviations of 4,000 coins of 1/4: 164; nothing here is drawn at random.
        Assert.InRange(Enumerable.Range(0, 4000).Count(compound => many.IsHeldOut(compound, 0.25)), 1000 - 164, 1000 + 164);
    }

    [Fact]
    public void A_folder_is_read_back_and_names_may_stand_in_quotes()
    {
        Write("task_id,name,split,positives\n0,plain,train,1\n1,\"one, \"\"two\"\"\",test,1\n", Molecules.Fingerprints(2), [1, 0, 255, 1]);
        MoleculeSet set = MoleculeSet.Load(_folder);
        Assert.Equal([new Assay("plain", AssaySplit.Train), new Assay("one, \"two\"", AssaySplit.Test)], set.Assays);
        Assert.Equal((1, 0, 255, 1), (set.Label(0, 0), set.Label(0, 1), set.Label(1, 0), set.Label(1, 1)));
    }

    [Theory]
    [InlineData("id,name\n0,a\n", "does not begin with the columns task_id,name,split")]
    [InlineData("task_id,name,split\n0,a,train\n2,b,test\n", "line 3 is not assay 1")]
    [InlineData("task_id,name,split\n0,a,learn\n", "line 2 is not assay 0")]
    [InlineData("task_id,name,split\n0,a,train\n1,b,train\n", "got 512 bytes, 2 labels and 2 assays")]
    public void Files_that_do_not_fit_are_refused_in_one_line(string table, string problem)
    {
        Write(table, Molecules.Fingerprints(2), [1, 0]);
        DataFileException refused = Assert.Throws<DataFileException>(() => MoleculeSet.Load(_folder));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_label_that_is_none_is_refused_by_compound_and_assay()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => MoleculeSet.Create(Molecules.Fingerprints(3), [1, 0, 7], One()));
        Assert.Contains("compound 2 has 7 for assay 0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_folder_does_not_pass_for_a_known_collection()
    {
        Write("task_id,name,split\n0,a,train\n", Molecules.Fingerprints(1), [1]);
        DataFileException refused = Assert.Throws<DataFileException>(() => MoleculeSet.Load(_folder, MoleculeCollection.Sider));
        Assert.Contains("tasks.csv: the content is not that of Sider", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named_with_what_to_do()
    {
        DataFileException refused = Assert.Throws<DataFileException>(() => MoleculeSet.Load(_folder));
        Assert.Contains("tasks.csv: the file is missing. Give the folder that holds", refused.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(MoleculeCollection.Tox21, 8014, 9, 0, 3)]
    [InlineData(MoleculeCollection.Sider, 1427, 21, 0, 6)]
    [InlineData(MoleculeCollection.ToxCast, 8595, 500, 23, 62)]
    public void The_known_collections_have_their_compounds_and_splits(MoleculeCollection collection, int compounds, int train, int validation, int test)
    {
        string relative = $"data/molecules/{collection.ToString().ToLowerInvariant()}";
        Skip.IfNot(SharedFolder.TryFind(relative, out string folder), SharedFolder.Missing(relative));
        MoleculeSet set = MoleculeSet.Load(folder, collection);
        Assert.Equal(compounds, set.Count);
        Assert.Equal((train, validation, test), (Count(AssaySplit.Train), Count(AssaySplit.Validation), Count(AssaySplit.Test)));

        int Count(AssaySplit split) => set.Assays.Count(assay => assay.Split == split);
    }

    private static Assay[] One() => [new("only", AssaySplit.Train)];

    private void Write(string table, byte[] fingerprints, byte[] labels)
    {
        File.WriteAllText(Path.Combine(_folder, "tasks.csv"), table);
        Zip("ecfp4_2048.bits.gz", fingerprints);
        Zip("labels.u8.gz", labels);
    }

    private void Zip(string name, byte[] bytes)
    {
        using FileStream file = File.Create(Path.Combine(_folder, name));
        using GZipStream zip = new(file, CompressionLevel.Fastest);
        zip.Write(bytes);
    }
}

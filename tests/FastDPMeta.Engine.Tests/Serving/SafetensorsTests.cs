using System.Text;
using FastDPMeta.Engine.Serving;

namespace FastDPMeta.Engine.Tests.Serving;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-safetensors").FullName;

    [Fact]
    public void What_is_saved_is_loaded()
    {
        string path = Path.Combine(_folder, "a.safetensors");
        new Safetensors([new("w", [2, 3], new float[] { 1, 2, 3, -4, 5e-20f, 6 }), new("b", [], new float[] { 7 })], new Dictionary<string, string> { ["plan"] = "ε = 3" }).Save(path);

        Safetensors loaded = Safetensors.Load(path);

        Assert.Equal([2, 3], loaded["w"].Shape);
        Assert.Equal([1, 2, 3, -4, 5e-20f, 6], loaded["w"].Values.ToArray());
        Assert.Equal([7], loaded["b"].Values.ToArray());
        Assert.Equal("ε = 3", loaded.Metadata["plan"]);
        Assert.False(File.Exists(path + ".part"));
    }

    [Fact]
    public void The_bytes_are_the_published_format()
    {
        string path = Path.Combine(_folder, "a.safetensors");
        new Safetensors([new("w", [1], new float[] { 1 })], new Dictionary<string, string>()).Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        ulong length = BitConverter.ToUInt64(bytes);
        Assert.Equal("""{"__metadata__":{},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", Encoding.UTF8.GetString(bytes, 8, (int)length).TrimEnd());
        Assert.Equal(1f, BitConverter.ToSingle(bytes, 8 + (int)length));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_in_one_line()
    {
        string path = Path.Combine(_folder, "a.safetensors");
        new Safetensors([new("w", [3], new float[] { 1, 2, 3 })], new Dictionary<string, string>()).Save(path);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            ModelFileException error = Assert.Throws<ModelFileException>(() => Safetensors.Load(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void A_missing_folder_is_said_and_nothing_is_left()
    {
        string path = Path.Combine(_folder, "none", "a.safetensors");
        ModelFileException error = Assert.Throws<ModelFileException>(
            () => new Safetensors([], new Dictionary<string, string>()).Save(path));
        Assert.Contains("Cannot write", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

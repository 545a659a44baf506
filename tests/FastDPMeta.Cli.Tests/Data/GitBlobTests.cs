using System.Text;
using FastDPMeta.Cli.Data;

namespace FastDPMeta.Cli.Tests.Data;

public sealed class GitBlobTests
{
    /// <summary>As <c>git hash-object</c> prints them.</summary>
    [Theory]
    [InlineData("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")]
    [InlineData("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a")]
    public void Ids_are_those_of_git(string content, string expected)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(content));
        Assert.Equal(expected, GitBlob.IdOf(stream));
    }
}

namespace FastDPMeta.Testing;

/// <summary>
/// The folder <c>shared</c> beside (or inside) the checkout that holds reference vectors and data sets. A clone may lack it:
/// tests that need it skip with a reason.
/// </summary>
public static class SharedFolder
{
    /// <summary>Looks for <c>shared/&lt;relative&gt;</c> in every folder from the test's own upward.</summary>
    /// <param name="relative">A path inside the folder, with forward slashes, as <c>reference/accounting.json</c>.</param>
    /// <param name="path">The full path of the file or folder found.</param>
    /// <returns>False when no ancestor has it.</returns>
    public static bool TryFind(string relative, out string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            path = Path.Combine(folder.FullName, "shared", relative);
            if (Path.Exists(path))
            {
                return true;
            }
        }

        path = "";
        return false;
    }

    /// <summary>The reason to give when a test skips for want of a file.</summary>
    /// <param name="relative">What was looked for.</param>
    public static string Missing(string relative) => $"shared/{relative} is not beside this checkout";
}

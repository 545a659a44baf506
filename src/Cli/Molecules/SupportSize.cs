using System.Globalization;
using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Molecules;

/// <summary>How many compounds of an assay are known.</summary>
/// <param name="Actives">Active ones.</param>
/// <param name="Inactives">Inactive ones.</param>
internal readonly record struct SupportSize(int Actives, int Inactives)
{
    /// <summary>As the literature writes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Actives}+/{Inactives}-");

    /// <summary>Sizes from <c>10/10,5/10</c>.</summary>
    /// <exception cref="CommandException">The text says something else.</exception>
    internal static IReadOnlyList<SupportSize> Parse(string name, string text) => [.. text.Split(',').Select(size => One(name, size))];

    private static SupportSize One(string name, string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int actives) && actives > 0
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int inactives) && inactives > 0
            ? new SupportSize(actives, inactives)
            : throw new CommandException($"{name}: '{text}' is no number of actives, a slash and a number of inactives. Give 10/10, or several as 10/10,5/10.", ExitCode.Usage);
    }
}

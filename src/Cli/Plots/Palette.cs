using ScottPlot;

namespace FastDPMeta.Cli.Plots;

/// <summary>Colours of Okabe and Ito (2008), told apart by nearly everybody, and the one look of all pictures.</summary>
internal static class Palette
{
    internal static Color Truth { get; } = Color.FromHex("#999999");

    internal static Color Support { get; } = Color.FromHex("#000000");

    internal static Color Before { get; } = Color.FromHex("#E69F00");

    internal static Color Loss { get; } = Color.FromHex("#0072B2");

    internal static Color Epsilon { get; } = Color.FromHex("#D55E00");

    internal static Color Right { get; } = Color.FromHex("#009E73");

    internal static Color Wrong { get; } = Color.FromHex("#D55E00");

    private static readonly string[] Typefaces = ["Inter", "Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "Noto Sans", "DejaVu Sans"];

    /// <summary>A plain typeface for all pictures, the best that the machine has. Call before making a plot.</summary>
    internal static void Apply()
    {
        HashSet<string> installed = [.. SkiaSharp.SKFontManager.Default.FontFamilies];
        Fonts.Default = Array.Find(Typefaces, installed.Contains) ?? Fonts.Default;
    }

    /// <summary>A curve after that many steps: from orange over sky blue to deep blue.</summary>
    internal static Color AfterSteps(int index, int count) => index == 0 && count > 1
        ? Before
        : Color.FromHex(index == count - 1 ? "#0072B2" : "#56B4E9");
}

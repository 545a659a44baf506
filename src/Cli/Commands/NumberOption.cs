using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace FastDPMeta.Cli.Commands;

/// <summary>Options that hold numbers, with one-line errors that name the option, what was got and what would do.</summary>
internal static class NumberOption
{
    /// <summary>A number within bounds, or null where the option isn't given.</summary>
    /// <param name="name">As <c>--way</c>.</param>
    /// <param name="valueName">What help calls the value, as <c>N</c>.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="range">Which values will do.</param>
    internal static Option<T?> Create<T>(string name, string valueName, string help, NumberRange<T> range)
        where T : struct, INumber<T> => new(name)
        {
            HelpName = valueName,
            Description = help,
            CustomParser = result => Parse(result, name, range),
        };

    internal static T? Parse<T>(ArgumentResult result, string name, NumberRange<T> range)
        where T : struct, INumber<T>
    {
        string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
        bool parsed = T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value);
        if (parsed && range.Contains(value))
        {
            return value;
        }

        result.AddError($"{name}: must be {range.Words}; got '{text}'. Give a value such as {range.Example}.");
        return null;
    }
}

namespace FastDPMeta.Engine.Nn;

/// <summary>What layers made of layers share.</summary>
internal static class Members
{
    /// <summary>Gives members unique names and returns their parameters, one after another, with dotted names.</summary>
    /// <exception cref="ArgumentException">An instance stands twice.</exception>
    public static ParameterSpec[] Adopt(string owner, ReadOnlySpan<Layer> members)
    {
        HashSet<Layer> seen = [];
        HashSet<string> names = [];
        List<ParameterSpec> parameters = [];
        foreach (Layer member in members)
        {
            if (!seen.Add(member))
            {
                throw new ArgumentException($"{owner}: layer {member.Name} stands twice, which would share its weights. Make a second layer.", nameof(members));
            }

            string name = member.Name;
            for (int number = 2; !names.Add(name); number++)
            {
                name = $"{member.Name}{number}";
            }

            member.Rename(name);
            parameters.AddRange(member.Parameters.Select(parameter => parameter with { Name = $"{name}.{parameter.Name}" }));
        }

        return [.. parameters];
    }
}

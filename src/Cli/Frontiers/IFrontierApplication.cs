using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Cli.Frontiers;

/// <summary>
/// An application as a frontier sees it: something that can be trained at a budget under a key, with a ledger of its own, and measured. Whatever <c>train</c> trains is one
/// already (<see cref="TrainedFrontier"/>); an application with options of its own implements this and gives itself to a <see cref="FrontierJob"/>.
/// </summary>
internal interface IFrontierApplication
{
    /// <summary>What is trained, for titles, as <c>sinusoid-maml</c>.</summary>
    string Name { get; }

    /// <summary>All that decides the results but budget and key, as text that the application can be made from again.</summary>
    string Settings { get; }

    /// <summary>δ of every private training.</summary>
    double Delta { get; }

    /// <summary>The first key; the others follow it.</summary>
    ulong FirstKey { get; }

    /// <summary>What ε compares, as <c>adding or removing one task of 50000</c>.</summary>
    string Whom { get; }

    /// <summary>What that doesn't cover: a sentence with a space before it, or nothing.</summary>
    string Limits { get; }

    /// <summary>Whether it can be trained at a budget; called for all of them before anything runs.</summary>
    /// <param name="epsilon">ε > 0; ∞ without privacy.</param>
    /// <exception cref="CommandException">It can't.</exception>
    void Check(double epsilon);

    /// <summary>Trains and measures; goes on where an interrupted training left off.</summary>
    /// <param name="cell">Budget and key.</param>
    /// <param name="folder">The training's own folder; may hold what an interruption left.</param>
    /// <param name="view">Shows progress.</param>
    /// <param name="stop">Asks to stop: what was charged stays in the folder.</param>
    /// <returns>The result; null when it was stopped.</returns>
    FrontierRun? Train(FrontierCell cell, string folder, IProgressView view, CancellationToken stop);
}

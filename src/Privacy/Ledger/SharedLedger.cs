using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// One budget on one data set that several analysts, models and processes draw on, in one file: whoever is about to release something takes the file's lock, reads what the others
/// charged since, and appends a charge only if all charges together stay within the budget. So no two can spend the same ε.
/// </summary>
/// <remarks>
/// <para><b>What is proved.</b> Analysts may choose what they release by what they and others saw before. For that the Rényi divergence is summed at one order, fixed when
/// the ledger is begun, and no charge is taken that would bring it above what converts to the budget: the Rényi filter of Feldman and Zrnic 2021
/// ("Individual Privacy Accounting via a Rényi Filter"). So everything that is ever released is (ε, δ)-private with the ledger's budget.</para>
/// <para><b>What a crash leaves.</b> A line that was torn was never acknowledged: nothing was released on it, and it is replaced by a line that charges nothing. Everything acknowledged is
/// on the device. Any other damage, and a file shorter than this process has seen it, is refused. A witness shows a file that was put back while nobody had it open.</para>
/// <para>The lock is one of the operating system; it is held during a charge only. Not thread-safe: one object per thread, or a lock around it.</para>
/// </remarks>
public sealed class SharedLedger : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Func<ILedgerStore> _open;
    private readonly TimeProvider _time;
    private readonly LedgerLine _line = new(LedgerLine.NoHash);
    private readonly RdpAccountant _accountant;
    private LedgerContents _contents;
    private byte[] _seen;

    private SharedLedger(string name, Func<ILedgerStore> open, byte[] bytes, LedgerContents contents, TimeProvider time)
    {
        SharedBudget terms = SharedBudget.Decode(name, contents.First);
        Name = name;
        _open = open;
        _time = time;
        Terms = terms;
        _accountant = new RdpAccountant(terms.Neighbours);
        (_seen, _contents) = (bytes, contents);
        Take(0);
    }

    /// <summary>What all charges together may spend, and under which relation.</summary>
    public SharedBudget Terms { get; }

    /// <summary>Every record, the first line included, as of the last time that the file was read.</summary>
    public IReadOnlyList<LedgerEntry> Entries => _contents.Entries;

    /// <summary>Where the ledger ended when it was last read.</summary>
    public LedgerHead Head => _contents.Head;

    /// <summary>What has been charged by all, at the ledger's order and δ, as of the last time that the file was read. The promise that holds for choices made on the way is <see cref="Terms"/>.</summary>
    public PrivacySpent Spent => new(EpsilonNow(), Terms.Budget.Delta, Terms.Order, _accountant.Releases, Terms.Neighbours);

    internal string Name { get; }

    /// <summary>Begins a ledger in a new file.</summary>
    /// <param name="path">A file that does not exist or is empty, in a folder that exists.</param>
    /// <param name="terms">Unit, relation and budget.</param>
    /// <param name="witness">A second file in another place that shows when the ledger is put back from an older copy; none when left out.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    /// <exception cref="LedgerException">The file exists, is in use, or cannot be written; nothing is left behind.</exception>
    public static SharedLedger Create(string path, SharedBudget terms, string? witness = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(terms);
        using (LedgerFiles files = LedgerFiles.Create(path, witness))
        {
            Begin(files.Store, terms, time ?? TimeProvider.System, witness is not null);
            files.Keep();
            files.Store.Dispose();
        }

        return Open(path, witness, time);
    }

    /// <summary>Opens a ledger, repairing what a crash left. Others may have it open too.</summary>
    /// <param name="path">The file.</param>
    /// <param name="witness">Its witness, as when it was begun; left out where there was none.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    /// <exception cref="LedgerException">The file is missing, damaged or of another kind, it was put back from an older copy, or others did not leave it in 30 seconds.</exception>
    public static SharedLedger Open(string path, string? witness = null, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(path, () => LedgerFiles.Open(path, witness, Patience), time ?? TimeProvider.System, witness is not null);
    }

    /// <summary>What one analyst or model has charged, at the ledger's order and δ.</summary>
    /// <param name="analyst">Whose charges.</param>
    public PrivacySpent SpentBy(string analyst)
    {
        RdpAccountant own = new(Terms.Neighbours);
        foreach (LedgerEntry entry in Entries.Where(entry => entry.Analyst == analyst && entry.Event is not null))
        {
            own.Charge(entry.Event!);
        }

        double epsilon = own.Releases == 0 ? 0 : RdpConversion.Epsilon(Terms.Order, own.RenyiDivergence(Terms.Order), Terms.Budget.Delta);
        return new PrivacySpent(epsilon, Terms.Budget.Delta, Terms.Order, own.Releases, Terms.Neighbours);
    }

    /// <summary>Whether an event still fits. Reads the file; another process may take the room before it is charged.</summary>
    /// <param name="privacyEvent">What would be released.</param>
    /// <exception cref="LedgerException">The file can't be read or trusted.</exception>
    public bool CanCharge(PrivacyEvent privacyEvent)
    {
        ArgumentNullException.ThrowIfNull(privacyEvent);
        using ILedgerStore store = _open();
        CatchUp(store);
        return After(privacyEvent) <= Terms.Budget.Epsilon;
    }

    /// <summary>Charges a release. When this returns, the charge is on the device and the release may happen.</summary>
    /// <param name="analyst">Who releases: a person, a project, a model.</param>
    /// <param name="privacyEvent">What is about to be released, under the ledger's relation; it may be chosen by what was released before.</param>
    /// <exception cref="ArgumentException">The event holds under another relation, or only rounds of a plan are charged with it.</exception>
    /// <exception cref="PrivacyBudgetException">All charges together would exceed the budget; nothing was charged.</exception>
    /// <exception cref="LedgerException">The charge could not be written, or the file can't be trusted; nothing may be released.</exception>
    public void Charge(string analyst, PrivacyEvent privacyEvent)
    {
        ArgumentException.ThrowIfNullOrEmpty(analyst);
        ArgumentNullException.ThrowIfNull(privacyEvent);
        if (RoundCharges.IsReserved(privacyEvent))
        {
            throw new ArgumentException(
                $"{privacyEvent.GetType().Name} covers later rounds of a plan. Draw on the ledger with SharedLedger.Draw, and charge rounds through what it gives.", nameof(privacyEvent));
        }

        Charge(analyst, "", -1, privacyEvent, PrivacyEventJson.Encode(privacyEvent));
    }

    /// <summary>The ledger of one plan that draws on this one: give it to a trainer. A round is released only if it fits both the plan's budget and the shared one.</summary>
    /// <param name="analyst">Who trains. A plan that this analyst has charged rounds of goes on after the last of them.</param>
    /// <param name="plan">The plan, under the ledger's relation and unit.</param>
    /// <exception cref="ArgumentException">The plan holds under another relation, protects another unit, or has no privacy.</exception>
    /// <exception cref="LedgerException">The file can't be read or trusted.</exception>
    public PrivacyLedger Draw(string analyst, PrivacyPlan plan)
    {
        ArgumentException.ThrowIfNullOrEmpty(analyst);
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Neighbours != Terms.Neighbours || plan.Unit != Terms.Unit || !plan.IsPrivate)
        {
            throw new ArgumentException(
                $"Draw: the ledger protects each {Terms.Unit} under {Terms.Neighbours}; the plan {(plan.IsPrivate ? $"protects each {plan.Unit} under {plan.Neighbours}" : "has no privacy")}. Costs under different relations or units do not add: plan with those of the ledger.",
                nameof(plan));
        }

        using (ILedgerStore store = _open())
        {
            CatchUp(store);
        }

        LedgerEntry[] earlier = [.. Entries.Where(entry => entry.Analyst == analyst && entry.PlanHash == plan.Hash)];
        return PrivacyLedger.Within(new SharedLedgerBook(this, analyst, plan.Hash), plan, earlier);
    }

    /// <summary>Whether the ledger went through a state that was noted elsewhere, as of the last time that the file was read.</summary>
    /// <param name="head">What was noted.</param>
    public bool Contains(LedgerHead head) => _contents.Contains(head);

    /// <summary>Nothing is held between charges; there for symmetry with other ledgers.</summary>
    public void Dispose()
    {
    }

    /// <summary>Writes the first line of an empty store.</summary>
    internal static void Begin(ILedgerStore store, SharedBudget terms, TimeProvider time, bool witnessed)
    {
        LedgerLine line = new(LedgerLine.NoHash);
        line.Begin(0, time.GetUtcNow(), "share"u8, LedgerLine.SharedVersion).Text(",\"terms\":"u8).Text(terms.Encode());
        if (witnessed)
        {
            line.Text(",\"witness\":true"u8);
        }

        line.Text(",\"epsilon\":0,\"delta\":"u8).Number(terms.Budget.Delta).End();
        Append(store, line);
    }

    /// <summary>A ledger over any store, which is opened for every charge and disposed of after it.</summary>
    internal static SharedLedger Open(string name, Func<ILedgerStore> open, TimeProvider time, bool witnessed)
    {
        using ILedgerStore store = open();
        byte[] bytes = store.ReadAll();
        LedgerContents contents = LedgerReader.Read(name, bytes);
        if (!contents.First.Shared)
        {
            throw new LedgerException($"Ledger {name} is that of one plan. Open it with PrivacyLedger.Open; several analysts need one made by SharedLedger.Create.");
        }

        if (contents.First.Witnessed && !witnessed)
        {
            throw new LedgerException($"Ledger {name} was begun with a witness. Name the witness when opening it, or nobody can tell whether the ledger was put back from an older copy.");
        }

        SharedLedger ledger = new(name, open, bytes[..(int)contents.SoundLength], contents, time);
        ledger.Mend(store);
        return ledger;
    }

    /// <summary>Takes the lock, reads what others charged, and charges if there is room.</summary>
    internal void Charge(string analyst, string planHash, long round, PrivacyEvent privacyEvent, ReadOnlySpan<byte> encoded)
    {
        using ILedgerStore store = _open();
        CatchUp(store);
        double after = After(privacyEvent);
        if (!(after <= Terms.Budget.Epsilon))
        {
            throw new PrivacyBudgetException(
                $"The release of {analyst} would lead all who draw on ledger {Name} to ε = {after:g6}, beyond the budget {Terms.Budget}; spent so far: {Spent}. Stop here.", Spent, after);
        }

        _line.Begin(Entries.Count, _time.GetUtcNow(), "charge"u8, LedgerLine.SharedVersion).Text(",\"analyst\":"u8).Quoted(analyst)
            .Text(",\"plan\":"u8).Quoted(planHash).Text(",\"round\":"u8).Number(round).Text(",\"event\":"u8).Text(encoded)
            .Text(",\"epsilon\":"u8).Number(after).Text(",\"delta\":"u8).Number(Terms.Budget.Delta).End();
        Append(store, _line);
        CatchUp(store);
    }

    private static void Append(ILedgerStore store, LedgerLine line)
    {
        long before = -1;
        try
        {
            before = store.Length;
            store.Append(line.Bytes);
            store.Flush();
        }
        catch (Exception error) when (LedgerChain.IsStorageError(error))
        {
            line.Revert();
            LedgerChain.TakeBack(store, before);
            throw LedgerChain.Unwritable(store.Name, error);
        }
    }

    /// <summary>Reads what was appended since the last time and mends what a crash left there.</summary>
    private void CatchUp(ILedgerStore store)
    {
        try
        {
            byte[] bytes = store.ReadAll();
            if (bytes.Length < _seen.Length || !bytes.AsSpan(0, _seen.Length).SequenceEqual(_seen))
            {
                throw new LedgerException(
                    $"Ledger {Name} lacks what this process has read in it before: it was put back from an older copy, replaced or damaged while in use. Put the newest copy back before anybody releases more.");
            }

            if (bytes.Length == _seen.Length)
            {
                return;
            }

            ReadOn(bytes);
            Mend(store);
        }
        catch (Exception error) when (LedgerChain.IsStorageError(error))
        {
            throw new LedgerException($"Ledger {Name} cannot be read or repaired: {LedgerChain.OneLine(error)} Make it readable and writable, then go on.", error);
        }
    }

    private void ReadOn(byte[] bytes)
    {
        int known = Entries.Count;
        _contents = LedgerReader.ReadOn(Name, bytes, _contents);
        _seen = bytes[..(int)_contents.SoundLength];
        Take(known);
    }

    private void Take(int known)
    {
        for (int i = known; i < Entries.Count; i++)
        {
            if (Entries[i].Event is not { } charged)
            {
                continue;
            }

            try
            {
                _accountant.Charge(charged);
            }
            catch (ArgumentException error)
            {
                throw new LedgerException($"Ledger {Name} has a charge in line {i + 1} that does not belong to it: {LedgerChain.OneLine(error)} Restore it from a copy or treat its whole budget as spent.", error);
            }
        }

        _line.Continue(_contents.LastHash);
    }

    /// <summary>Mends what a crash left at the end of what was read.</summary>
    private void Mend(ILedgerStore store)
    {
        if (_contents.LacksLineFeed)
        {
            store.Append("\n"u8);
            store.Flush();
            _contents = _contents with { SoundLength = _contents.SoundLength + 1, LacksLineFeed = false };
            _seen = store.ReadAll();
        }

        if (_contents.Torn)
        {
            store.Truncate(_contents.SoundLength);
            store.Flush();
            _line.Begin(Entries.Count, _time.GetUtcNow(), "recovery"u8, LedgerLine.SharedVersion)
                .Text(",\"epsilon\":"u8).Number(EpsilonNow()).Text(",\"delta\":"u8).Number(Terms.Budget.Delta).End();
            Append(store, _line);
            ReadOn(store.ReadAll());
        }
    }

    private double EpsilonNow() => _accountant.Releases == 0 ? 0 : RdpConversion.Epsilon(Terms.Order, _accountant.RenyiDivergence(Terms.Order), Terms.Budget.Delta);

    private double After(PrivacyEvent privacyEvent)
    {
        _accountant.Charge(privacyEvent);
        double after = EpsilonNow();
        _accountant.TakeBack(privacyEvent);
        return after;
    }
}

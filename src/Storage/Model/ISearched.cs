namespace McpGateway.Storage.Model;

/// <summary>
/// A row with a lower-case text that searches look into. It is derived whenever the row is saved, because neither database folds case
/// beyond ASCII in the same way.
/// </summary>
public interface ISearched
{
    void DeriveSearchText();
}

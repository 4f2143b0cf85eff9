"""The numerical core: linear models of every gene with moderated variances, as limma has them."""

"""What ``astro dev parse`` runs in the image: every DAG file gives its DAG, without an error."""

from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag

DAGS_FOLDER = Path(__file__).resolve().parents[1] / "dags"
BAG = DagBag(dag_folder=str(DAGS_FOLDER))
EXPECTED = sorted(path.stem for path in DAGS_FOLDER.glob("*.py"))


@pytest.mark.parametrize("dag_id", EXPECTED)
def test_file_gives_its_dag(dag_id: str) -> None:
    """A file that cannot be imported, or whose DAG has another name, is told by name."""
    assert not BAG.import_errors, BAG.import_errors
    assert dag_id in BAG.dags

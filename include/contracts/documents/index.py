"""Settings and mappings of Learn's indexes (target_model 2.3, 2.4)."""

from __future__ import annotations

from typing import Any

from .content_file import ContentFileFields
from .fields import Properties, properties
from .media import HasContentFiles, HasVideo
from .resource import HasCourse, ResourceDocument

SYNONYMS = (
    "ai, ml, artificial intelligence, machine learning",
    "math, mathematics",
    "chem, chemistry",
    "bio, biology",
    "econ, economics",
    "natural language processing, nlp",
    "large language model, llm",
    "micromasters, micro masters",
    "scm, supply chain management",
)
EMBEDDING_DIMENSION = 1536
"""Of text-embedding-3-small, Learn's default; -large has 3072."""


def index_bodies(knn: bool = True, shards: int = 2, replicas: int = 2, dimension: int = EMBEDDING_DIMENSION) -> dict[str, dict[str, Any]]:
    """The body to create an index with, per index type.

    :param knn: whether the server can hold vectors; without, ``combined_hybrid`` has text fields only.
    :param dimension: length of the vectors of ``combined_hybrid``.
    """
    return {
        index_type: {"settings": _settings(index_type, knn, shards, replicas), "mappings": {"properties": mapping}}
        for index_type, mapping in _mappings(knn, dimension).items()
    }


def _mappings(knn: bool, dimension: int) -> dict[str, Properties]:
    base = properties(ResourceDocument, HasCourse, HasVideo)
    # Content files are children in these two indexes, so their fields lie beside (and over) the resource's.
    with_children = base | properties(ContentFileFields)
    with_nested = base | properties(HasContentFiles)
    method = {"name": "hnsw", "engine": "faiss", "space_type": "cosinesimil"}
    vector = {"type": "knn_vector", "dimension": dimension, "space_type": "cosinesimil", "method": method}
    return {
        "percolator": with_nested | with_children | {"query": {"type": "percolator"}},
        "combined_hybrid": base | ({"vector_embedding": vector} if knn else {}),
        "course": with_children,
        "program": with_children,
        "podcast": base,
        "podcast_episode": base,
        "video": with_nested,
        "video_playlist": base,
        "document": with_nested,
    }


def _settings(index_type: str, knn: bool, shards: int, replicas: int) -> dict[str, Any]:
    index = {"number_of_shards": shards, "number_of_replicas": replicas, "refresh_interval": "60s"}
    vectors = {"index.knn": True} if knn and index_type == "combined_hybrid" else {}
    return {"index": index, "analysis": _analysis(), **vectors}


def _analysis() -> dict[str, Any]:
    return {
        "analyzer": {
            "custom_english": {
                "tokenizer": "standard",
                "filter": [
                    "lowercase",
                    "synonyms_filter",
                    "english_possessive_stemmer",
                    "english_stop",
                    "english_keywords",
                    "english_stemmer",
                ],
            },
            "trigram": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", "synonyms_filter", "shingle"],
            },
        },
        "filter": {
            "synonyms_filter": {"type": "synonym_graph", "synonyms": list(SYNONYMS), "expand": "true"},
            "english_possessive_stemmer": {"type": "stemmer", "language": "possessive_english"},
            "english_stop": {"type": "stop", "stopwords": "_english_"},
            "english_keywords": {"type": "keyword_marker", "keywords": []},
            "english_stemmer": {"type": "stemmer", "language": "english"},
            "shingle": {"type": "shingle", "min_shingle_size": 2, "max_shingle_size": 3},
        },
    }

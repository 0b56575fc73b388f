"""Rasa component: which procedure, topic or portal guide a text is about."""

import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.rasa.components.calibration import train_calibrated
from nlu.rasa.components.examples import BARE, OTHER, item_of
from nlu.rasa.components.linear import Linear

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ItemClassifier(GraphComponent):
    """Adds `items` (the likeliest five), `other` and `bare` (probabilities) to the parse."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: Linear | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ItemClassifier":  # fmt: skip
        """Return an untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> "ItemClassifier":  # fmt: skip
        """Return the component with the model that `train` stored."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Linear.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the examples' `item` metadata and store the model."""
        pairs = [(example.get(TEXT), item_of(example)) for example in training_data.intent_examples]
        told = [(text, item) for text, item in pairs if text and item]
        texts, items = [text for text, _ in told], [item for _, item in told]
        self._model = train_calibrated(texts, items, name="items")
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as they are: nothing after this component reads items."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what each message may be about."""
        for message in messages:
            ranked = self._model.probabilities(message.get(TEXT) or "") if self._model else []
            chances = dict(ranked)
            items = [{"item": item, "confidence": p} for item, p in ranked if item not in (OTHER, BARE)]
            message.set("items", items[:5], add_to_output=True)
            message.set("other", chances.get(OTHER, 0.0), add_to_output=True)
            message.set("bare", chances.get(BARE, 0.0), add_to_output=True)
        return messages

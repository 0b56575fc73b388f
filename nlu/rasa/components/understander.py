"""Rasa component: reads a Vietnamese text and adds intent, items, `other`, `bare` and `elsewhere` to the parse."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.rasa.components.examples import item_of
from nlu.rasa.components.fitting import Sentence, fit
from nlu.rasa.components.reader import Reader, Reading
from nlu.rasa.components.records import sayings

INTENTS_TOLD = 10
ITEMS_TOLD = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Understander(IntentClassifier, GraphComponent):
    """Sets `intent`, `intent_ranking`, `items`, `other`, `bare` and `elsewhere`."""

    def __init__(self, storage: ModelStorage, resource: Resource, reader: Reader | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._reader = reader

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Understander":  # fmt: skip
        """Return an untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> "Understander":  # fmt: skip
        """Return the component with the model that `train` stored."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Reader.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the examples' intents and their `item` metadata, and store the model."""
        sentences = [
            Sentence(example.get(TEXT), example.get(INTENT), item_of(example))
            for example in training_data.intent_examples
            if example.get(TEXT)
        ]
        self._reader = fit(sentences, sayings())
        with self._storage.write_to(self._resource) as folder:
            self._reader.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as they are: nothing comes after this component."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what each message says."""
        if self._reader and messages:
            readings = self._reader.read_all([message.get(TEXT) or "" for message in messages])
            for message, reading in zip(messages, readings, strict=False):
                _tell(message, reading)
        return messages


def _tell(message: Message, reading: Reading) -> None:
    intents = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: p} for name, p in reading.intents[:INTENTS_TOLD]]
    items = [{"item": item, "confidence": p} for item, p in reading.items[:ITEMS_TOLD]]
    message.set(INTENT, intents[0], add_to_output=True)
    message.set("intent_ranking", intents, add_to_output=True)
    message.set("items", items, add_to_output=True)
    message.set("other", reading.other, add_to_output=True)
    message.set("bare", reading.bare, add_to_output=True)
    message.set("elsewhere", reading.elsewhere, add_to_output=True)
